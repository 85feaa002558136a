import type { AppInfo, Handlers } from '@shared/contract';
import type { PaintReport } from './screenshot';

export interface MainHandlerParts {
  readonly info: AppInfo;
  readonly onPainted: (report: PaintReport) => void;
  readonly choosePaths: (kind: 'files' | 'folder') => Promise<string[]>;
  /** Electron 33 answers at once, newer ones by a promise. */
  readonly copyText: (text: string) => Promise<void> | void;
}

/** The calls that only main can serve, for one window. */
export function mainHandlers({ info, onPainted, choosePaths, copyText }: MainHandlerParts): Handlers<'main'> {
  return {
    'app.info': () => info,
    'app.painted': (report) => {
      onPainted(report);
      return {};
    },
    'dialog.choosePaths': async ({ kind }) => ({ paths: await choosePaths(kind) }),
    'shell.copyText': async ({ text }) => {
      await copyText(text);
      return {};
    },
  };
}
