export { default as ImagePicture } from './ImagePicture.vue';
export { default as SetPicture } from './SetPicture.vue';
