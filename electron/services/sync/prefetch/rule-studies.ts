import type { OutageRule, ScheduledPatient, StudyUid } from '@shared/domain';
import type { ScheduledStep } from '../../dimse';

/** A study as an archive lists it. */
export interface ListedStudy {
  readonly StudyInstanceUID: StudyUid;
  readonly PatientName: string;
  readonly PatientID: string;
  readonly IssuerOfPatientID: string;
  readonly StudyDate: string;
  readonly StudyDescription: string;
  readonly ModalitiesInStudy: readonly string[];
}

/** What rules ask archives and worklists. */
export interface StudyQuestions {
  /** Studies of an archive, by date (DA, inclusive) or patient. Rejects with an Error in words. */
  find(
    node: string,
    by: { readonly from?: string; readonly to?: string; readonly PatientID?: string; readonly modality?: string },
    signal: AbortSignal,
  ): Promise<ListedStudy[]>;
  /** Steps that a modality worklist has scheduled; DA, both inclusive. Rejects with an Error in words. */
  scheduled(
    worklist: string,
    request: { readonly from: string; readonly to: string; readonly modality: string },
    signal: AbortSignal,
  ): Promise<readonly ScheduledStep[]>;
}

/** A study that a rule wants here. */
export interface Wanted {
  readonly study: ListedStudy;
  readonly node: string;
  readonly why: string;
}

const NO_ID = 'no Patient ID: priors cannot be found';

/** What the archive has of the last days, with priors by the rule. */
export async function studiesOf(parts: StudyQuestions, rule: OutageRule, nowMs: number, signal: AbortSignal): Promise<Wanted[]> {
  const { node, name, modality, days } = rule;
  const listed = await parts.find(node, { from: dayOf(nowMs, -days), ...(modality === '' ? {} : { modality }) }, signal);
  const found = listed.filter(({ StudyDescription }) => saysAll(StudyDescription, rule.bodyPart));
  const wanted: Wanted[] = found.map((study) => ({ study, node, why: name }));
  if (rule.priors === 0) return wanted;
  for (const study of found) {
    // Studies without a Patient ID are of different people: they have no priors.
    if (study.PatientID === '') continue;
    const { theirs, issuers } = await studiesOfPatient(parts, rule, study, nowMs, signal);
    if (issuers.length > 1) continue;
    wanted.push(...priorsOf(rule, theirs, study.ModalitiesInStudy, study.StudyDate, [study.StudyInstanceUID]));
  }
  return wanted;
}

/** What a worklist has scheduled from today on: each patient's priors, and the scheduled study itself where the archive has it already. */
export async function scheduledBy(
  parts: StudyQuestions,
  rule: OutageRule,
  nowMs: number,
  signal: AbortSignal,
): Promise<{ readonly wanted: Wanted[]; readonly scheduled: ScheduledPatient[] }> {
  const { worklist, modality, days } = rule;
  const listed = await parts.scheduled(worklist, { from: dayOf(nowMs, 0), to: dayOf(nowMs, days), modality }, signal);
  const steps = listed.filter((step) => saysAll(`${step.ScheduledProcedureStepDescription} ${step.RequestedProcedureDescription}`, rule.bodyPart));
  const wanted: Wanted[] = [];
  const scheduled: ScheduledPatient[] = [];
  for (const ofPatient of byPatient(steps)) {
    const found = await ofOnePatient(parts, rule, ofPatient, nowMs, signal);
    wanted.push(...found.wanted);
    scheduled.push(found.row);
  }
  return { wanted, scheduled };
}

async function ofOnePatient(
  parts: StudyQuestions,
  rule: OutageRule,
  steps: readonly [ScheduledStep, ...ScheduledStep[]],
  nowMs: number,
  signal: AbortSignal,
): Promise<{ readonly wanted: Wanted[]; readonly row: ScheduledPatient }> {
  const [first] = steps;
  const Modalities = [...new Set(steps.map(({ Modality }) => Modality).filter((one) => one !== ''))];
  const row = (wanted: readonly Wanted[], words: string): { wanted: Wanted[]; row: ScheduledPatient } => ({
    wanted: [...wanted],
    row: {
      ...{ worklist: rule.worklist, node: rule.node, PatientName: first.PatientName, PatientID: first.PatientID },
      ...{ IssuerOfPatientID: first.IssuerOfPatientID, PatientBirthDate: first.PatientBirthDate },
      ...{ date: first.ScheduledProcedureStepStartDate, time: first.ScheduledProcedureStepStartTime, Modalities },
      description: first.ScheduledProcedureStepDescription || first.RequestedProcedureDescription,
      studies: wanted.map(({ study }) => study.StudyInstanceUID),
      words,
    },
  });
  if (first.PatientID === '') return row([], NO_ID);
  const { theirs, issuers } = await studiesOfPatient(parts, rule, first, nowMs, signal);
  // Whose they are nobody can tell: the wrong patient's priors are worse than none.
  if (issuers.length > 1) return row([], `${rule.node} has this ID from several issuers (${issuers.join(', ')}), the worklist names none: not fetched`);
  if (theirs.length === 0) return row([], `${rule.node} has no study of this patient within ${String(rule.priorYears)} years`);
  const uids = steps.map(({ StudyInstanceUID }) => StudyInstanceUID);
  const own = theirs.filter(({ StudyInstanceUID }) => uids.includes(StudyInstanceUID)).map((study) => ({ study, node: rule.node, why: rule.name }));
  const priors = priorsOf(rule, theirs, Modalities, first.ScheduledProcedureStepStartDate, uids);
  return row([...own, ...priors], own.length + priors.length === 0 ? `no prior that the rule asks for at ${rule.node}` : '');
}

/** Studies of a patient by ID and issuer; one that names no issuer is taken for the patient's unless several issuers gave the ID. */
async function studiesOfPatient(
  { find }: StudyQuestions,
  { node, priorYears }: OutageRule,
  { PatientID, IssuerOfPatientID }: { readonly PatientID: string; readonly IssuerOfPatientID: string },
  nowMs: number,
  signal: AbortSignal,
): Promise<{ readonly theirs: ListedStudy[]; readonly issuers: string[] }> {
  const found = await find(node, { PatientID, from: dayOf(nowMs, -priorYears * 365) }, signal);
  // `*` and `?` in an ID are wild cards to the archive (PS3.4 C.2.2.2.4): only the ID itself counts.
  const same = found.filter((study) => study.PatientID === PatientID);
  if (IssuerOfPatientID === '') {
    return { theirs: same, issuers: [...new Set(same.map((study) => study.IssuerOfPatientID).filter((issuer) => issuer !== ''))] };
  }
  const named = same.filter((study) => study.IssuerOfPatientID === IssuerOfPatientID || study.IssuerOfPatientID === '');
  return { theirs: named, issuers: [IssuerOfPatientID] };
}

function priorsOf(rule: OutageRule, theirs: readonly ListedStudy[], modalities: readonly string[], before: string, not: readonly string[]): Wanted[] {
  return theirs
    .filter(({ StudyInstanceUID, StudyDate }) => !not.includes(StudyInstanceUID) && StudyDate <= before)
    .filter(({ StudyDescription }) => saysAll(StudyDescription, rule.bodyPart))
    .filter((prior) => !rule.samePriors || prior.ModalitiesInStudy.some((one) => modalities.includes(one)))
    .sort((a, b) => b.StudyDate.localeCompare(a.StudyDate))
    .slice(0, rule.priors)
    .map((study) => ({ study, node: rule.node, why: `${rule.name}: prior` }));
}

/** Each of the words, without case and marks: a description is what archives tell of a study's body part (Body Part Examined belongs to its series). */
function saysAll(description: string, words: string): boolean {
  const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const said = folded(description);
  return folded(words)
    .split(/\s+/)
    .every((word) => said.includes(word));
}

/** Patients in the order of their first step. */
function byPatient(steps: readonly ScheduledStep[]): (readonly [ScheduledStep, ...ScheduledStep[]])[] {
  const at = (step: ScheduledStep): string => step.ScheduledProcedureStepStartDate + step.ScheduledProcedureStepStartTime;
  const patients = new Map<string, [ScheduledStep, ...ScheduledStep[]]>();
  for (const [number, step] of [...steps].sort((a, b) => at(a).localeCompare(at(b))).entries()) {
    // Steps without a Patient ID are of nobody in particular.
    const key = JSON.stringify(step.PatientID === '' ? number : [step.PatientID, step.IssuerOfPatientID]);
    const known = patients.get(key);
    if (known === undefined) patients.set(key, [step]);
    else known.push(step);
  }
  return [...patients.values()];
}

/** DA of a day so many days from now, in the station's own time zone. */
function dayOf(nowMs: number, days: number): string {
  const now = new Date(nowMs);
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return `${String(day.getFullYear())}${String(day.getMonth() + 1).padStart(2, '0')}${String(day.getDate()).padStart(2, '0')}`;
}
