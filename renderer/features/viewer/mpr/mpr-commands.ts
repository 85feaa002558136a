import { type CommandCenter, serveCommands } from '../../../ui';
import type { ViewerAids } from '../viewer-aids';
import type { ViewerModel } from '../viewer-model';
import { whyNot } from '../why-not';
import type { Mpr } from './create-mpr';

/** Commands of the planes (the key table says which key runs them). */
export function serveMprCommands(commands: CommandCenter, model: ViewerModel, aids: Pick<ViewerAids, 'say'>, mpr: Mpr): void {
  const isOn = (): boolean => mpr.session.value !== undefined;
  const slab = (): string => {
    void mpr.turns.value;
    const session = mpr.session.value;
    return session === undefined || session.slabMm === 0 ? 'thin' : `${session.slabMm} mm ${session.mode}`;
  };
  const planes = { enabled: isOn, refused: () => aids.say(model.active.value, whyNot(model.active.value, 'no planes are shown')) };
  const act = (run: () => void) => () => {
    model.touched();
    run();
  };
  serveCommands(commands, {
    'mpr.toggle': {
      run: act(() => mpr.toggle()),
      enabled: () => model.active.value.set?.kind === 'image',
      refused: () => aids.say(model.active.value, whyNot(model.active.value)),
      hint: () => (isOn() ? 'on' : 'off'),
    },
    'mpr.thicker': { run: act(() => mpr.stepSlab(1)), ...planes, hint: slab },
    'mpr.thinner': { run: act(() => mpr.stepSlab(-1)), ...planes, hint: slab },
    'mpr.mode': { run: act(() => mpr.nextMode()), ...planes, hint: slab },
    'mpr.images': { run: act(() => mpr.align('images')), ...planes },
    'mpr.patient': { run: act(() => mpr.align('patient')), ...planes },
  });
}
