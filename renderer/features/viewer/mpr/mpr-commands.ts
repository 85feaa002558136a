import { type CommandCenter, serveCommands } from '../../../ui';
import type { ViewerModel } from '../viewer-model';
import type { Mpr } from './create-mpr';

/** Commands of the planes (the key table says which key runs them). */
export function serveMprCommands(commands: CommandCenter, model: ViewerModel, mpr: Mpr): void {
  const isOn = (): boolean => mpr.session.value !== undefined;
  const slab = (): string => {
    void mpr.turns.value;
    const session = mpr.session.value;
    return session === undefined || session.slabMm === 0 ? 'thin' : `${session.slabMm} mm ${session.mode}`;
  };
  const act = (run: () => void) => () => {
    model.touched();
    run();
  };
  serveCommands(commands, {
    'mpr.toggle': { run: act(() => mpr.toggle()), enabled: () => model.active.value.set?.kind === 'image', hint: () => (isOn() ? 'on' : 'off') },
    'mpr.thicker': { run: act(() => mpr.stepSlab(1)), enabled: isOn, hint: slab },
    'mpr.thinner': { run: act(() => mpr.stepSlab(-1)), enabled: isOn, hint: slab },
    'mpr.mode': { run: act(() => mpr.nextMode()), enabled: isOn, hint: slab },
    'mpr.images': { run: act(() => mpr.align('images')), enabled: isOn },
    'mpr.patient': { run: act(() => mpr.align('patient')), enabled: isOn },
  });
}
