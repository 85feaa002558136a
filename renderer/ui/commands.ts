import { getCurrentInstance, inject, type InjectionKey, onActivated, onDeactivated, onScopeDispose } from 'vue';

/** What a command does while the part of the screen that serves it is there. */
export interface CommandHandler {
  run(): void;
  /** Words beside the command in the palette ("on", "3 of 5"). */
  readonly hint?: () => string;
  readonly enabled?: () => boolean;
  /** Says why, where it is asked for by its key and is not enabled. */
  readonly refused?: () => void;
}

/** What can be gone to beside commands: a series of the study that is open. */
export interface Offer {
  readonly id: string;
  readonly text: string;
  readonly hint: string;
  readonly group: string;
  run(): void;
}

/** Commands by id: the key table names them, the screens serve them, keys, palette, menus and tooltips use them. */
export interface CommandCenter {
  /** Returns the unsubscriber. The newest server of an id wins. */
  serve(handlers: Readonly<Record<string, CommandHandler>>): () => void;
  /** False when nobody serves it now, or it is not enabled. */
  run(id: string): boolean;
  canRun(id: string): boolean;
  hintOf(id: string): string;
  /** First key of a command as caps ("Ctrl+K"), or empty. */
  keysOf(id: string): string;
  /** What the palette finds beside commands, by the words that were typed. Returns the unsubscriber. */
  offer(source: (question: string) => readonly Offer[]): () => void;
  offersFor(question: string): readonly Offer[];
  /** Its words from the key table. */
  wordsOf(id: string): string;
}

export const commandsKey: InjectionKey<CommandCenter> = Symbol('commands');

export function useCommands(): CommandCenter {
  const center = inject(commandsKey);
  if (center === undefined) throw new Error('no command center was provided to the application');
  return center;
}

/** Serves commands for the life of the calling component; not while it is kept without being on the screen. */
export function serveCommands(center: CommandCenter, handlers: Readonly<Record<string, CommandHandler>>): void {
  whileOnScreen(() => center.serve(handlers));
}

/** Offers as long as commands are served. */
export function serveOffers(center: CommandCenter, source: (question: string) => readonly Offer[]): void {
  whileOnScreen(() => center.offer(source));
}

function whileOnScreen(begin: () => () => void): void {
  let stop: (() => void) | undefined = begin();
  const leave = (): void => {
    stop?.();
    stop = undefined;
  };
  if (getCurrentInstance() !== null) {
    onActivated(() => (stop ??= begin()));
    onDeactivated(leave);
  }
  onScopeDispose(leave);
}
