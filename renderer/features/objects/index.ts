export { default as ObjectView } from './ObjectView.vue';
export { objectOf, type ObjectLink } from './object-of';
export { kindMark } from './kind-icons';
