export { default as ObjectView } from './ObjectView.vue';
export { indexOfObject, isFilm, objectAt, objectOf, type ObjectLink } from './object-of';
export { kindMark } from './kind-icons';
export { filmsPlaying } from './use-film';
