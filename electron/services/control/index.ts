export { startControl } from './control-server';
