import { types } from 'node:util';
import { InstanceId, patientKeyOf, SeriesRow, type StudyRow, StudyUid, WorkState } from '@shared/domain';
import type { InstanceAttributes, PixelLayout } from '../part10';
import type { Row, SqlValue } from './database';
import { archivedState } from './archived';
import type { FileFacts, InstanceRecord } from './types';

/** A study counts as arriving until this long after its last object. */
export const ARRIVING_MS = 4000;

export function text(value: SqlValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function count(value: SqlValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** Modalities stand as `\CT\MR\`, so that one of them is found by `\CT\`. */
export function modalitiesText(modalities: readonly string[]): string {
  return modalities.length === 0 ? '' : `\\${modalities.join('\\')}\\`;
}

export function modalitiesOf(stored: string): string[] {
  return stored.split('\\').filter((modality) => modality !== '');
}

export function studyRow(row: Row, nowMs: number): StudyRow {
  const arriving = nowMs - count(row['lastArrivalMs']) < ARRIVING_MS;
  const setAside = count(row['setAsideCount']);
  const archived = archivedState(row);
  return {
    StudyInstanceUID: StudyUid.parse(row['uid']),
    patientKey: patientKeyOf(text(row['PatientID']), text(row['IssuerOfPatientID'])),
    PatientName: text(row['PatientName']),
    PatientID: text(row['PatientID']),
    IssuerOfPatientID: text(row['IssuerOfPatientID']),
    PatientBirthDate: text(row['birthDate']),
    PatientSex: text(row['sex']),
    StudyDate: text(row['date']),
    StudyTime: text(row['time']),
    AccessionNumber: text(row['AccessionNumber']),
    ModalitiesInStudy: modalitiesOf(text(row['modalities'])),
    StudyDescription: text(row['StudyDescription']),
    InstitutionName: text(row['InstitutionName']),
    ReferringPhysicianName: text(row['ReferringPhysicianName']),
    seriesCount: count(row['seriesCount']),
    instanceCount: count(row['instanceCount']),
    sizeBytes: count(row['sizeBytes']),
    state: WorkState.parse(row['state']),
    urgent: row['urgent'] === 1,
    where:
      setAside > 0
        ? { kind: 'setAside', count: setAside, reason: text(row['setAsideReason']) }
        : arriving
          ? { kind: 'arriving', received: count(row['instanceCount']) }
          : { kind: 'here' },
    identityConflict: row['identityConflict'] === 1,
    lastArrivalAt: new Date(count(row['lastArrivalMs'])).toISOString(),
    ...(archived && { archived }),
  };
}

export function seriesRow(row: Row): SeriesRow {
  const template = parseTemplate(text(row['template']));
  const value = (key: keyof InstanceAttributes) => textOf(template[key]);
  return SeriesRow.parse({
    SeriesInstanceUID: text(row['uid']),
    StudyInstanceUID: text(row['studyUid']),
    Modality: text(row['modality']),
    SeriesNumber: value('SeriesNumber'),
    SeriesDescription: value('SeriesDescription'),
    SeriesDate: value('SeriesDate'),
    SeriesTime: value('SeriesTime'),
    BodyPartExamined: value('BodyPartExamined'),
    Laterality: value('Laterality'),
    instanceCount: count(row['instanceCount']),
    sizeBytes: count(row['sizeBytes']),
  });
}

/** Attributes of a series' first instance: the others keep only what differs from it. */
export type Template = Readonly<Record<string, unknown>>;

export function parseTemplate(json: string): Template {
  return JSON.parse(json) as Template;
}

const PARSED_TEMPLATES = 16;

/** Parses templates by their text, and remembers those of a few series: objects are asked for one by one too. */
export function templateReader(): (json: string) => Template {
  const parsed = new Map<string, Template>();
  return (json) => {
    const known = parsed.get(json);
    if (known !== undefined) return known;
    if (parsed.size >= PARSED_TEMPLATES) parsed.clear();
    const template = parseTemplate(json);
    parsed.set(json, template);
    return template;
  };
}

export function templateOf(attributes: InstanceAttributes, pixel: PixelLayout): Template {
  const { image, ...rest } = attributes;
  return { ...rest, ...prefixed(image), '~': pixel };
}

/** The template as its series keeps it: what is said frame by frame may be long and stays with its instance. */
export function sharedTemplate(template: Template): Template {
  const { '.frames': _frames, ...rest } = template;
  return rest;
}

/** What differs from the template; `null` = absent here. */
export function deltaOf(template: Template, own: Template): string {
  const delta: Record<string, unknown> = {};
  for (const key of Object.keys(own)) if (!same(template[key], own[key])) delta[key] = own[key];
  for (const key of Object.keys(template)) if (!(key in own)) delta[key] = null;
  return JSON.stringify(delta);
}

export function instanceRecord(row: Row, template: Template): InstanceRecord {
  const merged = new Map(Object.entries(template));
  for (const [key, value] of Object.entries(JSON.parse(text(row['delta'])) as Template)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  const image: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const [key, value] of merged) {
    if (key === '~') continue;
    if (key.startsWith('.')) image[key.slice(1)] = value;
    else attributes[key] = value;
  }
  if ('format' in image) attributes['image'] = image;
  const facts = fileFacts(row);
  return {
    id: InstanceId.parse(row['id']),
    attributes: attributes as unknown as InstanceAttributes,
    pixel: merged.get('~') as PixelLayout,
    sizeBytes: count(row['sizeBytes']),
    arrivedAtMs: count(row['arrivedAtMs']),
    ...(facts === undefined ? {} : { file: facts }),
  };
}

function fileFacts(row: Row): FileFacts | undefined {
  const sha256 = blob(row['sha256']);
  return sha256 && { dataOffset: count(row['dataOffset']), sha256, chunkDigests: blob(row['chunks']) ?? new Uint8Array(0) };
}

/** libsql gives blobs as Buffers from `get` and as ArrayBuffers from `all`. */
function blob(value: unknown): Uint8Array | undefined {
  if (types.isUint8Array(value)) return value;
  return types.isArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function prefixed(image: InstanceAttributes['image']): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(image ?? {})) if (value !== undefined) out[`.${key}`] = value;
  return out;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
}
