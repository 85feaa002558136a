import { readFileSync } from 'node:fs';
import { CallError, type Handlers } from '@shared/contract';
import type { RunOptions } from './command-line';
import type { Rendering } from './render';

export type PictureHandlers = Pick<Handlers<'main'>, 'app.display' | 'app.rendered'>;

export interface PictureHandlerParts {
  readonly options: Pick<RunOptions, 'calibration' | 'dither'>;
  readonly rendering: Rendering | undefined;
}

/** How grey reaches the glass of this start, and the picture that it is to make. */
export function pictureHandlers({ options, rendering }: PictureHandlerParts): PictureHandlers {
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
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 100_000);
  } catch (error) {
    throw new CallError('notFound', `the calibration file ${path} cannot be read`, { details: String(error) });
  }
}
