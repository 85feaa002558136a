import type { AppInfo, Handlers } from '@shared/contract';
import type { PaintReport } from './screenshot';

export interface MainHandlerParts {
  readonly info: AppInfo;
  readonly onPainted: (report: PaintReport) => void;
  readonly choosePaths: (kind: 'files' | 'folder') => Promise<string[]>;
  /** Electron 33 answers at once, newer ones by a promise. */
  readonly copyText: (text: string) => Promise<void> | void;
  /** Path of the file that the user chose to write; undefined when none. */
  readonly chooseTarget: (name: string) => Promise<string | undefined>;
  /** Shows the file that a line of an import's list is about in its folder. Rejects in words when it is not known or not there. */
  readonly showRefused: (jobId: JobId, at: number) => Promise<void>;
}

/** The calls that only main can serve, for one window. */
export function mainHandlers({ info, onPainted, choosePaths, chooseTarget, showRefused, copyText }: MainHandlerParts): Handlers<'main'> {
  return {
    'app.info': () => info,
    'app.painted': (report) => {
      onPainted(report);
      return {};
    },
    'dialog.choosePaths': async ({ kind }) => ({ paths: await choosePaths(kind) }),
    'shell.copyText': async ({ text }) => {
      await copyText(text);
    'dialog.saveFile': async ({ name, content }) => {
      const path = await chooseTarget(name);
      if (path === undefined) return {};
      try {
        await writeAtomic(path, content);
      } catch (error) {
        throw new CallError('diskFull', `${name} could not be written: the disk refused the file`, { details: String(error) });
      }
      return { path };
    },
    'shell.showRefused': async ({ jobId, at }) => {
      await showRefused(jobId, at);
      return {};
    },
      return {};
    },
  };
}
