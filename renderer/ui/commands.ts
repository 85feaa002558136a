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
  let stop: (() => void) | undefined = center.serve(handlers);
  const leave = (): void => {
    stop?.();
    stop = undefined;
  };
  if (getCurrentInstance() !== null) {
    onActivated(() => (stop ??= center.serve(handlers)));
    onDeactivated(leave);
  }
  onScopeDispose(leave);
}
