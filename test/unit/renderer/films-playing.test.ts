import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { effectScope, ref } from 'vue';
import { isOccupied } from '../../../renderer/app/occupied';
import { useFilm } from '../../../renderer/features/objects/use-film';
import { createCommandCenter } from '../../../renderer/app/command-center';

beforeEach(() => {
  vi.stubGlobal('document', { hidden: false });
  vi.spyOn(console, 'warn').mockImplementation(() => undefined); // there is no component here
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A film that is open and does not play yet. */
function film() {
  const scope = effectScope();
  const video = ref<HTMLVideoElement | null>(null);
  const parts = { video, frames: () => 100, pictureSeconds: () => 4, statedMs: () => 40, active: () => false, commands: createCommandCenter() };
  const made = scope.run(() => useFilm(parts)) ?? expect.fail();
  made.ready.value = true;
  return { ...made, close: () => scope.stop() };
}

it('nothing is loaded ahead while a film plays, until all of them stop, end, fail or go', () => {
  const [one, other] = [film(), film()];
  expect(isOccupied()).toBe(false);
  one.playing.value = true;
  other.playing.value = true;
  expect(isOccupied()).toBe(true);
  one.playing.value = false;
  expect(isOccupied(), 'the other plays').toBe(true);
  other.ready.value = false; // it cannot be played any more
  expect(isOccupied()).toBe(false);
  one.playing.value = true;
  expect(isOccupied()).toBe(true);
  one.close();
  other.close();
  expect(isOccupied()).toBe(false);
});
