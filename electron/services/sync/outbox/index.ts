export { backOffMs } from './back-off';
export { type Delivery, type DeliveryDriver } from './delivery';
export { type NewOrder, Outbox, type OutboxChange, type OutboxParts } from './outbox';
export { every, systemTimers, type Timers } from './timers';
