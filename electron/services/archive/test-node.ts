import { STORAGE_SOP_CLASSES, VERIFICATION_SOP_CLASS } from '@shared/dicom';
import type { NodeTest } from '@shared/domain';
import { probe, type ProbeResult, type ScuFailure, type ScuTarget } from '../dimse';
import { testWeb } from '../dicomweb';
import type { ArchivePool, ArchiveTarget } from './archive-pool';

/** Services that are proposed, in words for the user. */
const SERVICES: Readonly<Record<string, string>> = {
  [VERIFICATION_SOP_CLASS]: 'C-ECHO',
  '1.2.840.10008.5.1.4.1.2.2.1': 'Study Root C-FIND',
  '1.2.840.10008.5.1.4.1.2.2.2': 'Study Root C-MOVE',
  '1.2.840.10008.5.1.4.1.2.2.3': 'Study Root C-GET',
  '1.2.840.10008.5.1.4.1.2.1.1': 'Patient Root C-FIND',
  '1.2.840.10008.5.1.4.1.2.1.2': 'Patient Root C-MOVE',
  '1.2.840.10008.5.1.4.1.2.1.3': 'Patient Root C-GET',
  '1.2.840.10008.1.20.1': 'Storage Commitment',
  '1.2.840.10008.5.1.4.31': 'Modality Worklist C-FIND',
};
/** With the services below the 128 contexts of one association. */
const STORAGE_PROPOSED = 118;

/** What a node offers, found by proposing it, and whether it answers a C-ECHO. Never rejects for what the node does. */
export async function testNode(pool: Pick<ArchivePool, 'web'>, target: ArchiveTarget, signal: AbortSignal, monotonic: () => number): Promise<NodeTest> {
  if (target.web !== undefined) {
    const web = await testWeb(pool.web, target.web, signal, monotonic);
    return target.alsoDimse === true && web.outcome === 'reachable' ? withDimse(web, await testDimse(target, signal, monotonic)) : web;
  }
  return await testDimse(target, signal, monotonic);
}

/** Both ways of one archive: it is reachable when both are. */
function withDimse(web: NodeTest, dimse: NodeTest): NodeTest {
  return { ...dimse, words: `${web.words} By DIMSE: ${dimse.words}`, elapsedMs: web.elapsedMs + dimse.elapsedMs, offers: [...web.offers, ...dimse.offers] };
}

async function testDimse(target: ArchiveTarget, signal: AbortSignal, monotonic: () => number): Promise<NodeTest> {
  const began = monotonic();
  const storage = STORAGE_SOP_CLASSES.slice(0, STORAGE_PROPOSED).map((sopClass) => sopClass.uid);
  const result = await probe(target, [...Object.keys(SERVICES), ...storage], signal);
  const accepted = new Set(result.accepted);
  return {
    ...verdict(target, result),
    elapsedMs: Math.round(monotonic() - began),
    offers: Object.keys(SERVICES).flatMap((uid) => (accepted.has(uid) ? [SERVICES[uid] ?? uid] : [])),
    storageClasses: storage.filter((uid) => accepted.has(uid)).length,
    storageClassesProposed: storage.length,
  };
}

function verdict({ calledAeTitle: name }: ScuTarget, result: ProbeResult): Pick<NodeTest, 'outcome' | 'words'> {
  if (result.failure) return { outcome: outcomeOf(result.failure), words: result.failure.words };
  if (result.accepted.length === 0) return { outcome: 'noContext', words: `${name} accepted the association, but none of the services that we use.` };
  if (result.echoStatus === undefined) return { outcome: 'reachable', words: `${name} is reachable; it does not offer C-ECHO.` };
  if (result.echoStatus === 0) return { outcome: 'reachable', words: `${name} is reachable and answered the C-ECHO.` };
  return { outcome: 'failed', words: `${name} answered the C-ECHO with status 0x${result.echoStatus.toString(16).padStart(4, '0').toUpperCase()}.` };
}

function outcomeOf({ cause, reject, code }: ScuFailure): NodeTest['outcome'] {
  switch (cause) {
    case 'rejected':
      if (reject?.source === 1 && reject.reason === 3) return 'callingAeUnknown';
      return reject?.source === 1 && reject.reason === 7 ? 'calledAeUnknown' : 'refused';
    case 'unreachable':
      if (code === 'ENOTFOUND') return 'nameUnknown';
      if (code === 'ETIMEDOUT') return 'noAnswer';
      return code === 'ECONNREFUSED' ? 'connectionRefused' : 'unreachable';
    case 'noAnswer':
      return 'noAnswer';
    case 'noContext':
      return 'noContext';
    default:
      return 'failed';
  }
}
