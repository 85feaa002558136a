import { join } from 'node:path';
import { CallError, type SettingsName } from '@shared/contract';
import { LowSync } from 'lowdb';
import type { Logger } from '../logging/logger';
import { DocumentAdapter, type StoredDocument } from './document-adapter';
import { documents } from './documents';

export interface SettingsNotice {
  readonly name: SettingsName;
  readonly text: string;
  readonly detail: string;
}

export interface Settings {
  /** The document's value, checked; `notice` once after a damaged one was set aside. */
  get(name: SettingsName): { value: unknown; notice?: string };
  /** The value alone, for the services themselves: the notice stays for the page. */
  value(name: SettingsName): unknown;
  /** Checks, then writes durably. Throws CallError `badRequest` when the value does not fit. */
  set(name: SettingsName, value: unknown): void;
  /** The same for a page: what the services alone write in the document stays as it is. */
  setByPage(name: SettingsName, value: unknown): void;
  /** What was found damaged when the documents were opened. */
  readonly notices: readonly SettingsNotice[];
  onChanged(listener: (name: SettingsName) => void): () => void;
}

interface OpenDocument {
  readonly low: LowSync<StoredDocument>;
  notice: string | undefined;
}

/**
 * Small documents in `folder` (lowdb): schema-checked, versioned, whole after a power cut. A document that cannot be read, does not fit
 * its schema or comes from a newer version is set aside under a new name and told; the rest works on with its initial value.
 */
export function openSettings(folder: string, now: () => number, log: Logger): Settings {
  const open = new Map<SettingsName, OpenDocument>();
  const notices: SettingsNotice[] = [];
  const listeners = new Set<(name: SettingsName) => void>();

  for (const name of Object.keys(documents) as SettingsName[]) {
    const adapter = new DocumentAdapter(join(folder, `${name}.json`));
    const loaded = load(name, adapter);
    let notice: string | undefined;
    if (loaded.problem !== undefined) {
      const keptAs = adapter.setAside(new Date(now()));
      notice = `${documents[name].words} could not be used and start anew. The old file is kept.`;
      notices.push({ name, text: notice, detail: `${loaded.problem}; kept as ${keptAs}` });
      log.warn({ document: name, reason: loaded.problem }, 'settings document set aside');
    }
    const low = new LowSync<StoredDocument>(adapter, { version: documents[name].version, value: loaded.value });
    open.set(name, { low, notice });
  }

  const documentOf = (name: SettingsName): OpenDocument => {
    const document = open.get(name);
    if (document === undefined) throw new CallError('notFound', `no settings document ${name}`);
    return document;
  };

  const settings: Settings = {
    notices,
    get(name) {
      const document = documentOf(name);
      const answer: { value: unknown; notice?: string } = { value: structuredClone(document.low.data.value) };
      if (document.notice !== undefined) answer.notice = document.notice;
      document.notice = undefined;
      return answer;
    },
    value: (name) => structuredClone(documentOf(name).low.data.value),
    set(name, value) {
      const shape = documents[name];
      const parsed = shape.schema.safeParse(value);
      if (!parsed.success) throw new CallError('badRequest', `${shape.words} cannot be saved: the value does not fit`, { details: parsed.error.message });
      const { low } = documentOf(name);
      const before = low.data;
      low.data = { version: shape.version, value: structuredClone(parsed.data) };
      try {
        low.write();
      } catch (error) {
        low.data = before;
        throw new CallError('diskFull', `${shape.words} cannot be saved: the disk refused the file`, { details: String(error) });
      }
      for (const listener of [...listeners]) listener(name);
    },
    setByPage: (name, value) => settings.set(name, withOurs(documents[name].ofServices, value, documentOf(name).low.data.value)),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return settings;
}

function withOurs(keys: readonly string[] | undefined, value: unknown, standing: unknown): unknown {
  if (keys === undefined || typeof value !== 'object' || value === null || typeof standing !== 'object' || standing === null) return value;
  const isOurs = ([key]: [string, unknown]): boolean => keys.includes(key);
  return Object.fromEntries([...Object.entries(value).filter((entry) => !isOurs(entry)), ...Object.entries(standing).filter(isOurs)]);
}

function load(name: SettingsName, adapter: DocumentAdapter): { value: unknown; problem?: string } {
  const shape = documents[name];
  const read = adapter.inspect();
  if (read.kind === 'absent') return { value: structuredClone(shape.initial) };
  if (read.kind === 'corrupt') return { value: structuredClone(shape.initial), problem: read.reason };
  const lifted = lift(name, read.document);
  return lifted.problem === undefined ? lifted : { value: structuredClone(shape.initial), problem: lifted.problem };
}

function lift(name: SettingsName, document: StoredDocument): { value: unknown; problem?: string } {
  const shape = documents[name];
  if (document.version > shape.version) return { value: undefined, problem: `version ${document.version} is newer than this program's ${shape.version}` };
  let value = document.value;
  for (let version = document.version; version < shape.version; version++) {
    const migrate = shape.migrations[version];
    if (migrate === undefined) return { value: undefined, problem: `no way from version ${version}` };
    value = migrate(value);
  }
  const parsed = shape.schema.safeParse(value);
  return parsed.success ? { value: parsed.data } : { value: undefined, problem: 'does not fit its schema' };
}
