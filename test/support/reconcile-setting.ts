import { JobId, type ReconcileRun, StudyUid } from '@shared/domain';
import { type FoundDifferences, type JobProgress, type LocalStudy, Reconcile, type ReconcileParts, type RemoteStudy } from '../../electron/services/sync';

export const uid = (n: number) => StudyUid.parse(`1.2.${String(n)}`);
export const silent: JobProgress = { set() {}, bytes() {}, alreadyHere() {}, refuse() {}, note() {}, touched() {}, checkpoint() {} };

export function local(n: number, unsent = 0): LocalStudy {
  const objects = [{ SOPInstanceUID: `1.2.${String(n)}.1`, SeriesInstanceUID: '1.3', wasThere: true }];
  const texts = {
    PatientName: 'Doe^Jane',
    PatientID: '4711',
    IssuerOfPatientID: '',
    PatientBirthDate: '',
    PatientSex: '',
    AccessionNumber: '',
    StudyDate: '',
    StudyDescription: '',
  };
  return { StudyInstanceUID: uid(n), ...texts, Modalities: ['CT'], objects, unsent, results: [] };
}

/** An archive with what `remote` says of each study; done choices are written down. */
export function setting(
  remote: (n: number) => RemoteStudy | undefined | Error,
  unsent: Record<number, number> = {},
  replaced: Record<string, RemoteStudy['replaced']> = {},
  results: Record<number, LocalStudy['results']> = {},
) {
  const orders: string[] = [];
  const studies = [1, 2, 3];
  const done: string[] = [];
  const audited: string[] = [];
  const told: ReconcileRun[] = [];
  const asked: string[] = [];
  const looked: string[] = [];
  const spared: string[] = [];
  const gone = new Set<string>();
  /** Here, and not in the list while that is made again. */
  const unlisted = new Set<string>();
  const list = { losses: 0 };
  const kept = new Map<string, FoundDifferences>();
  const clock = { ms: 0, monotonic: () => 0, now: () => clock.ms };
  const say = (what: string) => (item: { StudyInstanceUID: string }) => {
    if (item.StudyInstanceUID === '1.2.9') return Promise.reject(new Error('the disk is full'));
    done.push(`${what} ${item.StudyInstanceUID}`);
    return Promise.resolve(what);
  };
  const parts: ReconcileParts = {
    clock,
    kept: {
      all: () => [...kept.values()],
      keep(found) {
        if (found.items.length > 0) kept.set(found.StudyInstanceUID, structuredClone(found));
        else kept.delete(found.StudyInstanceUID);
      },
    },
    onNotKept: (error) => orders.push(String(error)),
    studiesAt: () => studies.map(uid),
    replaced(_node, of, _remote, how) {
      spared.push(how.answered.join(' '));
      looked.push(`${of.StudyInstanceUID}: ${how.known.join(' ')}${how.sample === 'none' ? '' : ' and some'}`);
      return Promise.resolve(replaced[of.StudyInstanceUID] ?? []);
    },
    gate: {
      began: (node) => orders.push(`gate of ${node} shut`),
      cleared: (_node, of) => orders.push(`results of ${of} may go`),
      failed: (_node, of) => orders.push(`results of ${of} wait`),
      forget: (of) => orders.push(`nothing is known of ${of}`),
      brokeOff: (node, words) => orders.push(`gate of ${node} stays shut: ${words}`),
      finished(node) {
        orders.push(`gate of ${node} open`);
        return true;
      },
    },
    hold: (_node, of) => orders.push(`hold ${of}`),
    holdNew: (_node, of, why) => orders.push(`hold what is new of ${of}: ${why}`),
    release: (_node, of, by) => orders.push(`release ${of} by ${by}`),
    isHere: (of) => !gone.has(of),
    isListWhole: () => unlisted.size === 0,
    listLosses: () => list.losses,
    async listWhole(signal) {
      for (; unlisted.size > 0; await new Promise((resolve) => setImmediate(resolve))) signal.throwIfAborted();
    },
    local(_node, of) {
      const n = Number(of.split('.')[2]);
      return gone.has(of) || unlisted.has(of) ? undefined : { ...local(n, unsent[n]), results: results[n] ?? [] };
    },
    remote: (_node, of) => {
      asked.push(of);
      const answer = remote(Number(of.split('.')[2]));
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    does: {
      ...{ setAside: say('aside'), fetch: say('fetch'), fetchAgain: say('again'), forgetProof: say('forget'), send: say('send') },
      rewrite: (item, _node, { PatientID }, user) => say(`rewrite for ${PatientID} by ${user}`)(item),
    },
    audit: (_user, detail) => audited.push(detail),
    onChanged: (run) => told.push(run),
  };
  let reconcile = new Reconcile(parts);
  const compare = async (signal = new AbortController().signal) => {
    const input = { node: 'MAIN', awaySince: '2026-11-22T08:14:00.000Z' };
    await reconcile.job().run({ jobId: JobId.parse('1'), input, resumeFrom: undefined, progress: silent, signal });
    return reconcile.list()[0] as ReconcileRun;
  };
  /** The program ends and starts again. */
  const restart = () => {
    reconcile = new Reconcile(parts);
    reconcile.restore((node) => node === 'MAIN');
    return reconcile;
  };
  return { reconcile, compare, studies, done, audited, told, asked, looked, spared, gone, unlisted, list, unsent, orders, clock, kept, restart };
}

export const same = (n: number): RemoteStudy => ({ ...local(n), rejections: [], suspects: [], replaced: [] });
