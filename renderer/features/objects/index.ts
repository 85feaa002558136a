export { default as ObjectView } from './ObjectView.vue';
export { isFilm, objectOf, type ObjectLink } from './object-of';
export { kindMark } from './kind-icons';
