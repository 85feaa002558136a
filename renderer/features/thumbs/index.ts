export { default as SetPicture } from './SetPicture.vue';
