import { type AppInfo, CallError, type Handlers } from '@shared/contract';
import type { JobId, ScreenInfo } from '@shared/domain';
import type { DataPlaces } from './data-place';
import type { PictureHandlers } from './picture-handlers';
import type { PaintReport } from './screenshot';
import { writeAtomic } from './write-atomic';

export interface MainHandlerParts {
  readonly info: AppInfo;
  readonly onPainted: (report: PaintReport) => void;
  readonly pictures: PictureHandlers;
  /** `look`: what the system does with their colours is looked at anew. */
  readonly screens: (look: boolean) => ScreenInfo[];
  readonly places: Omit<DataPlaces, 'dataDir' | 'isGone'>;
  readonly choosePaths: (kind: 'files' | 'folder') => Promise<string[]>;
  /** Path of the file that the user chose to write; undefined when none. */
  readonly chooseTarget: (name: string) => Promise<string | undefined>;
  /** Shows the file that a line of an import's list is about in its folder. Rejects in words when it is not known or not there. */
  readonly showRefused: (jobId: JobId, at: number) => Promise<void>;
  /** Electron 33 answers at once, newer ones by a promise. */
  readonly copyText: (text: string) => Promise<void> | void;
  /** The asking window as it looks in print. */
  readonly printPdf: () => Promise<Uint8Array>;
}

/** The calls that only main can serve, for one window. */
export function mainHandlers(parts: MainHandlerParts): Handlers<'main'> {
  const { info, onPainted, pictures, screens, places, choosePaths, chooseTarget, showRefused, copyText } = parts;
  return {
    ...pictures,
    'app.info': () => info,
    'app.painted': (report) => {
      onPainted(report);
      return {};
    },
    'app.screens': ({ look }) => ({ screens: screens(look === true) }),
    'app.dataPlace': () => places.state(),
    'app.chooseDataPlace': async ({ to }) => {
      if (to === 'usual') return await places.forget();
      const [folder] = await choosePaths('folder');
      return folder === undefined ? places.state() : await places.choose(folder);
    },
    'dialog.choosePaths': async ({ kind }) => ({ paths: await choosePaths(kind) }),
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
    'app.printPdf': async () => {
      try {
        return { pdf: Uint8Array.from(await parts.printPdf()) };
      } catch (error) {
        throw new CallError('unavailable', 'the report could not be made into a PDF', { details: String(error) });
      }
    },
    'shell.copyText': async ({ text }) => {
      await copyText(text);
      return {};
    },
  };
}
