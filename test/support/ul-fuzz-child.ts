/** The node in a process of its own: what a hostile peer may break is this process, and the test sees it. */
import { createStoreDouble } from './ul-store-double';
import { startTestNode } from './ul-node';

export interface ChildState {
  readonly kind: 'state';
  readonly rssBytes: number;
  readonly sockets: number;
  readonly associations: number;
  /** How far the streams got: without it the test could pass by refusing everything at the door. */
  readonly opened: number;
  readonly objects: number;
}

const store = createStoreDouble({ outcome: () => ({ kind: 'refused', status: 0xc000, comment: 'fuzz' }) });
void startTestNode({ store, limits: { maxAssociationsPerHost: 64, maxAssociations: 64, artimMs: 1000 } }).then(({ node, port, events }) => {
  const reached = { opened: 0, objects: 0 };
  node.onAssociation((event) => {
    if (event.kind === 'opened') reached.opened++;
    if (event.kind === 'object') reached.objects++;
    events.length = 0;
  });
  process.on('message', () => {
    if (global.gc) global.gc();
    const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const state: ChildState = { kind: 'state', rssBytes: process.memoryUsage.rss(), sockets, associations: node.status().associations, ...reached };
    process.send?.(state);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ kind: 'listening', port });
});
