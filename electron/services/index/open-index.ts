import { CallError } from '@shared/contract';
import type { HostEnvironment } from '../host-environment';
import { SqlDatabase } from './database';
import { isDamage, setAsideDatabase } from './damage';
import type { IndexOptions } from './index-options';
import { readerFault } from './reader-mark';
import { SqliteIndex } from './sqlite-index';
import type { Index } from './types';

/**
 * Opens the index at `path` (`:memory:` for tests). A damaged database is set aside under a name with the time and an empty one takes its place:
 * `rebuildNeeded()` says so, as it does of rows that an older reader made. One made by a newer version is refused (CallError `unavailable`), never changed.
 */
export function openIndex(path: string, env: Pick<HostEnvironment, 'clock' | 'log'>, options: IndexOptions = {}): Index {
  const open = () => new SqlDatabase(path, env.clock.now());
  try {
    const index = new SqliteIndex(open(), env, options, open);
    const fault = readerFault(index);
    if (fault !== undefined) index.needRebuild(fault);
    return index;
  } catch (error) {
    if (!isDamage(error)) throw error instanceof CallError ? error : new CallError('unavailable', `the index cannot be opened: ${String(error)}`);
    setAsideDatabase(path, env.clock.now());
    env.log.error({ code: String((error as { code?: unknown }).code) }, 'index damaged, set aside');
    const index = new SqliteIndex(open(), env, options, open);
    index.needRebuild('the index was damaged');
    return index;
  }
}
