export type { ImageHeader, InstanceAttributes } from '@shared/domain';
