import { z } from 'zod';
import type { Role } from './actor';

export interface CallShape {
  readonly servedBy: 'services' | 'main';
  readonly roles: readonly Role[];
  readonly request: z.ZodType;
  readonly response: z.ZodType;
  /** Milliseconds after which the caller gives up; long work is a job instead. */
  readonly timeoutMs?: number;
  /** Asking twice changes nothing: repeated by the page when the services were restarted in between. */
  readonly idempotent?: boolean;
}

export const nothing = z.object({});
export const anyone: readonly Role[] = ['radiologist', 'technologist', 'admin', 'system'];
export const changers: readonly Role[] = ['technologist', 'radiologist', 'admin', 'system'];
