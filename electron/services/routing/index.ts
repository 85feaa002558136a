export { Router } from './router';
