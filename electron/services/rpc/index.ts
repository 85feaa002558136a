import { hostname } from 'node:os';
import type { Handlers } from '@shared/contract';
import { monitorProbe, spotreadDriver } from '../monitors';
import { accessHandlers } from './handlers/access';
import { archiveHandlers } from './handlers/archive';
import { deleteHandlers } from './handlers/delete';
import { imageHandlers } from './handlers/images';
import { keepingHandlers } from './handlers/keeping';
import { keyImageHandlers } from './handlers/key-images';
import { monitorHandlers } from './handlers/monitors';
import { nodeHandlers } from './handlers/node';
import { objectHandlers } from './handlers/objects';
import { outageHandlers } from './handlers/outage';
import { outageSetHandlers } from './handlers/outage-set';
import { reconcileHandlers } from './handlers/reconcile';
import { outboxHandlers } from './handlers/outbox';
import { stationHandlers } from './handlers/station';
import { stationStatusHandlers } from './handlers/station-status';
import { studyHandlers, withPlaces } from './handlers/studies';
import type { ServiceParts } from './service-parts';

export { archiveStates } from './handlers/archive-states';
export { auditHook } from './audit';
export { Broadcaster } from './broadcaster';
export { coalesce } from './coalesce';
export { createSenderList, type SenderList } from './sender-list';
export { withPlaces };
export type { ServiceParts } from './service-parts';

/** Every call that the services answer. */
export function serviceHandlers(parts: ServiceParts): Handlers<'services'> {
  return {
    ...studyHandlers(parts),
    ...imageHandlers(parts),
    ...objectHandlers(parts),
    ...monitorHandlers({ probe: monitorProbe(process.platform, process.env), meters: [spotreadDriver(process.env, process.platform)], hostName: hostname() }),
    ...nodeHandlers(parts),
    ...archiveHandlers(parts),
    ...accessHandlers(parts),
    ...deleteHandlers(parts),
    ...outageHandlers(parts),
    ...reconcileHandlers(parts),
    ...outageSetHandlers(parts),
    ...outboxHandlers(parts),
    ...stationStatusHandlers(parts),
    ...keepingHandlers(parts),
    ...keyImageHandlers(parts),
    ...stationHandlers(parts),
  };
}
