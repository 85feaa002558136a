export type { RoutedNote } from './made-anew';
export { Router } from './router';
