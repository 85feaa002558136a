import { ArchivedState } from '@shared/domain';
import { z } from 'zod';
import type { Row } from './database';

/** Kept with the number of objects that it was made for: one that came since is nowhere else yet. */
const Archived = ArchivedState.extend({ objects: z.int() });

/** What a row says; one that is older than its study's last object says `localOnly`. */
export function archivedState(row: Row): ArchivedState | undefined {
  const stored = row['archived'];
  if (typeof stored !== 'string' || stored === '') return undefined;
  const { objects, ...archived } = Archived.parse(JSON.parse(stored));
  return objects === row['instanceCount']
    ? archived
    : { ...archived, state: archived.state === 'sending' || archived.state === 'failed' ? archived.state : 'localOnly' };
}
