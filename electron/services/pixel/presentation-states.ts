import { CallError } from '@shared/contract';
import { objectKind, sopClassLabel } from '@shared/dicom';
import type { InstanceId, PresentationState, PresentationStateRow, StudyUid } from '@shared/domain';
import type { Cache } from '../cache';
import type { Index } from '../index';
import { readPresentationState, STATE_KINDS } from '../presentation';
import { dataSetReader } from './image-luts';

type Objects = Pick<Cache, 'locate' | 'readRange'>;

/** States that one answer holds at most. */
const MAX_STATES = 1000;
const PAGE = 2000;

/** A softcopy presentation state of the cache. Rejects with a CallError in words when it is none or cannot be read. */
export async function presentationState(cache: Objects, instanceId: InstanceId): Promise<PresentationState> {
  const { attributes } = cache.locate(instanceId);
  const read = await readPresentationState(await dataSetReader(cache, instanceId), { instanceId, TransferSyntaxUID: attributes.TransferSyntaxUID });
  if (!read.ok) throw new CallError('cannotDecode', `the presentation state cannot be applied: ${read.reason}`);
  return read.state;
}

/** The states of a study, or of all that is here, newest first, and why others cannot be applied. */
export async function presentationStates(
  cache: Objects,
  index: Pick<Index, 'instances' | 'uidPage' | 'instance'>,
  StudyInstanceUID: StudyUid | undefined,
): Promise<{ states: PresentationStateRow[]; problems: string[] }> {
  const instances = StudyInstanceUID === undefined ? [] : index.instances(StudyInstanceUID);
  const ids = StudyInstanceUID === undefined ? everyState(index) : statesOf(instances);
  const states: PresentationStateRow[] = [];
  const problems = otherKinds(instances);
  if (ids.length > MAX_STATES) problems.push(`${ids.length - MAX_STATES} more presentation states are not listed`);
  for (const id of ids.slice(0, MAX_STATES)) {
    try {
      states.push(rowOf(await presentationState(cache, id)));
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { states: states.sort((left, right) => (left.created < right.created ? 1 : left.created > right.created ? -1 : 0)), problems };
}

function statesOf(instances: ReturnType<Index['instances']>): InstanceId[] {
  return instances.filter(({ attributes }) => STATE_KINDS.has(attributes.SOPClassUID)).map(({ id }) => id);
}

/** States of kinds that are not applied (blending, planes, volumes), by the names of their classes. */
function otherKinds(instances: ReturnType<Index['instances']>): string[] {
  const counts = new Map<string, number>();
  for (const { attributes } of instances) {
    const { SOPClassUID } = attributes;
    if (objectKind(SOPClassUID) === 'presentationState' && !STATE_KINDS.has(SOPClassUID)) counts.set(SOPClassUID, (counts.get(SOPClassUID) ?? 0) + 1);
  }
  return [...counts].map(([uid, count]) => `${count} not applied: ${sopClassLabel(uid).replace(/ Storage$/, '')}`);
}

function everyState(index: Pick<Index, 'uidPage' | 'instance'>): InstanceId[] {
  const found: InstanceId[] = [];
  let after = 0;
  for (;;) {
    const page = index.uidPage(after, PAGE);
    for (const { id } of page) {
      const instance = index.instance(id);
      if (instance !== undefined && STATE_KINDS.has(instance.attributes.SOPClassUID)) found.push(id);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || found.length > MAX_STATES) return found;
    after = last.id;
  }
}

function rowOf({ instanceId, SOPInstanceUID, kind, label, description, creator, created, images }: PresentationState): PresentationStateRow {
  return { instanceId, SOPInstanceUID, kind, label, description, creator, created, images };
}
