import { CallError } from '@shared/contract';

/** An error as a person reads it: what happened, that nothing is lost, what to press; details fold out and can be copied. */
export interface ErrorWords {
  readonly what: string;
  readonly lost: string;
  readonly detail: string;
}

/**
 * Words for a failed call. `action` completes "… could not be", such as "The list could not be read".
 * @returns undefined when the call was cancelled on purpose: nobody needs to read that
 */
export function wordsOf(error: unknown, action: string): ErrorWords | undefined {
  if (error instanceof CallError && error.code === 'cancelled') return undefined;
  const detail = error instanceof Error ? error.message : String(error);
  const disconnected = error instanceof CallError && (error.code === 'disconnected' || error.code === 'unavailable');
  return {
    what: disconnected ? `${action}: the DICOM service does not answer at the moment` : action,
    lost: 'Nothing is lost: what was received is kept on disk.',
    detail,
  };
}
