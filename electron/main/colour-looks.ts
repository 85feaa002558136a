import type { ScreenInfo } from '@shared/domain';

/** How the system shows colours on a screen, in the words of Chromium. */
export interface ScreenColours {
  readonly colorSpace: string;
  readonly colorDepth: number;
}

export type ScreenColourState = NonNullable<ScreenInfo['colours']>;

export interface ColourLooksParts {
  /** Looks, and tells of each screen by its id. */
  ask(): Promise<Map<string, ScreenColours>>;
  /** What was found, or whether it is known at all, is not what pages were told. */
  changed(): void;
  failed(error: unknown): void;
}

export interface ColourLooks {
  /** As last seen; undefined before the first look, and for a screen that came since. */
  of(id: string): ScreenColours | undefined;
  /** Whether what is said of a screen was seen, is still to be seen, or could not be seen. */
  stateOf(id: string): ScreenColourState;
  /** Looks now, or once the look that is under way has ended. */
  look(): void;
  /** Of the clock; 0: none has ended yet. */
  endedAt(): number;
}

/** Looks one after another, and what they found. */
export function createColourLooks({ ask, changed, failed }: ColourLooksParts): ColourLooks {
  let known = new Map<string, ScreenColours>();
  let running = false;
  let wanted = false;
  let endedAt = 0;
  /** A page was told that a look is under way: it waits for the end of it. */
  let isAwaited = false;
  const look = (): void => {
    wanted = true;
    if (running) return;
    wanted = false;
    running = true;
    const before = JSON.stringify([...known]);
    void ask()
      .then((next) => void (known = next))
      .catch(failed)
      .finally(() => {
        const isNews = isAwaited || endedAt === 0 || JSON.stringify([...known]) !== before;
        [running, isAwaited, endedAt] = [false, false, Date.now()];
        if (isNews) changed();
        if (wanted) look();
      });
  };
  const stateOf = (id: string): ScreenColourState => {
    if (known.has(id)) return 'seen';
    if (!running && endedAt !== 0) return 'unknown';
    isAwaited = true;
    return 'looking';
  };
  return { of: (id) => known.get(id), stateOf, look, endedAt: () => endedAt };
}
