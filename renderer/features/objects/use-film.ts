import { computed, onActivated, onDeactivated, onScopeDispose, ref, type Ref, watch } from 'vue';
import { type CommandCenter, countText } from '../../ui';
import { filmTime, frameAt, frameSeconds, secondsOfBlindStep, secondsOfStep, steppedRate } from './film-time';

/** A film that is at most so long goes round: a loop of an ultrasound, not a whole endoscopy. */
const LOOP_SECONDS = 60;

let underWay = 0;

/** How many films play: what nobody looks at yet does not take the processor from them. */
export const filmsPlaying = (): number => underWay;

export interface FilmParts {
  readonly video: Ref<HTMLVideoElement | null>;
  readonly frames: () => number;
  /** How long its picture lasts, where the stream says it: its sound may last longer. */
  readonly pictureSeconds: () => number | undefined;
  /** What the object says of the time of a frame. */
  readonly statedMs: () => number | undefined;
  readonly commands: CommandCenter;
  /** Its viewport has the keys. */
  readonly active: () => boolean;
}

/** Plays a film as a cine: by the keys of the cine and of the images while its viewport is active. */
export function useFilm({ video, frames, pictureSeconds, statedMs, commands, active }: FilmParts) {
  const [playing, ready, loop, muted] = [ref(false), ref(false), ref(true), ref(true)];
  const [at, length, rate] = [ref(0), ref(0), ref(1)];
  const frame = computed(() => frameSeconds(length.value, frames(), statedMs()));
  const place = computed(() => {
    const time = `${filmTime(at.value)} of ${filmTime(length.value)}`;
    if (frame.value === undefined) return `${time}, frame rate not stated`;
    const count = Math.max(1, Math.round(length.value / frame.value));
    return `frame ${countText(Math.min(count, frameAt(at.value, frame.value) + 1))} of ${countText(count)}, ${time}`;
  });

  function opened(): void {
    const element = video.value;
    if (element === null) return;
    const whole = Number.isFinite(element.duration) ? element.duration : 0;
    length.value = Math.min(whole, pictureSeconds() ?? whole);
    loop.value = length.value <= LOOP_SECONDS;
    ready.value = true;
    follow(element);
  }

  /** Each frame as it is put on the screen. One on the way to where somebody goes is none: keys that follow fast would count from it. */
  function follow(element: HTMLVideoElement): void {
    element.requestVideoFrameCallback((_now, { mediaTime }) => {
      if (video.value !== element) return;
      if (!element.seeking) at.value = mediaTime;
      follow(element);
    });
  }

  /** To the frame so many after the one that stands at a second. */
  function goTo(seconds: number, by: number): void {
    if (video.value === null) return;
    const to = frame.value === undefined ? secondsOfBlindStep(seconds, by, length.value) : secondsOfStep(seconds, by, frame.value, length.value);
    at.value = frame.value === undefined ? to : frameAt(to, frame.value) * frame.value;
    video.value.currentTime = to;
  }

  const seek = (seconds: number): void => goTo(seconds, 0);

  function step(by: number): void {
    video.value?.pause();
    // Where a frame begins says nothing of the next one when nobody knows how long it stands.
    goTo(frame.value === undefined ? (video.value?.currentTime ?? 0) : at.value, by);
  }

  function setRate(next: number): void {
    rate.value = next;
    if (video.value !== null) video.value.playbackRate = next;
  }

  const toggle = (): void => void (playing.value ? video.value?.pause() : video.value?.play().catch(() => undefined));
  const rateHint = (): string => `${rate.value}x`;
  const handlers = {
    'cine.toggle': { run: toggle, hint: () => (playing.value ? 'on' : 'off') },
    'cine.faster': { run: () => setRate(steppedRate(rate.value, 1)), hint: rateHint },
    'cine.slower': { run: () => setRate(steppedRate(rate.value, -1)), hint: rateHint },
    'image.previous': { run: () => step(-1) },
    'image.next': { run: () => step(1) },
    'image.first': { run: () => step(-Infinity) },
    'image.last': { run: () => step(Infinity) },
  };

  let counted = 0;
  const count = (isPlaying: boolean): void => {
    underWay += Number(isPlaying) - counted;
    counted = Number(isPlaying);
  };
  watch(() => playing.value && ready.value, count, { flush: 'sync' });
  onScopeDispose(() => count(false));

  const onScreen = ref(true);
  let stop: (() => void) | undefined;
  const serve = (isServed: boolean): void => {
    stop?.();
    stop = isServed ? commands.serve(handlers) : undefined;
  };
  watch(() => active() && ready.value && onScreen.value, serve);
  onActivated(() => (onScreen.value = true));
  onDeactivated(() => {
    onScreen.value = false;
    video.value?.pause();
  });
  onScopeDispose(() => serve(false));

  return { playing, ready, loop, muted, at, length, rate, frame, place, opened, seek, step, setRate, toggle };
}
