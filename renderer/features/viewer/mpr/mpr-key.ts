import { inject, type InjectionKey } from 'vue';
import type { Mpr } from './create-mpr';

/** The planes of the viewer around a component. */
export const mprKey: InjectionKey<Mpr> = Symbol('mpr');

export function useMpr(): Mpr | undefined {
  return inject(mprKey, undefined);
}
