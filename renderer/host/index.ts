export { connectHost } from './connect-host';
export { createHostConnection, type HostSurroundings } from './connection';
export type { HostConnection, HostState } from './types';
