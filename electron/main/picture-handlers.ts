import { readFileSync } from 'node:fs';
import { CallError, type Handlers } from '@shared/contract';
import type { RunOptions } from './command-line';
import type { Rendering } from './render';
import { writeAtomic } from './write-atomic';

export type PictureHandlers = Pick<Handlers<'main'>, 'app.display' | 'app.rendered' | 'dialog.savePicture'>;

export interface PictureHandlerParts {
  readonly options: Pick<RunOptions, 'calibration' | 'dither'>;
  readonly rendering: Rendering | undefined;
  /** Path that the user chose; undefined when none. */
  readonly chooseTarget: (name: string) => Promise<string | undefined>;
}

/** How grey reaches the glass of this start, and pictures that become files. */
export function pictureHandlers({ options, rendering, chooseTarget }: PictureHandlerParts): PictureHandlers {
  return {
    'app.display': () => ({
      dither: options.dither,
      ...(options.calibration === undefined ? {} : { calibration: textOf(options.calibration) }),
      ...(rendering === undefined ? {} : { render: rendering.request }),
    }),
    'app.rendered': (result) => {
      rendering?.finished(result);
      return {};
    },
    'dialog.savePicture': async ({ png }) => {
      // The name says nothing of the patient.
      const path = await chooseTarget('image.png');
      if (path === undefined) return { saved: false };
      try {
        await writeAtomic(path, png);
      } catch (error) {
        throw new CallError('diskFull', 'The picture could not be written: the disk refused the file.', { details: String(error) });
      }
      return { saved: true };
    },
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 100_000);
  } catch (error) {
    throw new CallError('notFound', `the calibration file ${path} cannot be read`, { details: String(error) });
  }
}
