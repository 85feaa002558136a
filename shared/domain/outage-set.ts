import { z } from 'zod';
import { StudyUid } from './ids';

/** Which studies must be here before they are needed: those of an archive's last days, or those of the patients that a modality worklist has scheduled; with priors. */
export const OutageRule = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(60),
  node: z.string().min(1).max(64),
  /** Empty: any. */
  modality: z.string().max(16),
  /** Name of the node whose modality worklist says who comes; empty: what `node` has of the last days. */
  worklist: z.string().max(64).default(''),
  /** Words that the description must hold, of the studies and of their priors: "chest". Empty: any. */
  bodyPart: z.string().trim().max(40).default(''),
  /** Studies of so many days before today, with a worklist those scheduled until so many days ahead; 0: today. */
  days: z.int().min(0).max(365),
  /** So many of the newest other studies of each patient, within so many years. */
  priors: z.int().min(0).max(20),
  priorYears: z.int().min(1).max(50),
  /** Priors of the same modality only. */
  samePriors: z.boolean(),
});
export type OutageRule = z.infer<typeof OutageRule>;

export const OutagePlan = z.object({
  rules: z.array(OutageRule).max(50),
  /** Hour of the night at which it is compared and fetched by itself; absent: only on demand. */
  hour: z.int().min(0).max(23).optional(),
  /** Fetching takes no more of the line on average, megabits a second; absent: what there is. */
  megabitsPerSecond: z.int().min(1).max(10_000).optional(),
});
export type OutagePlan = z.infer<typeof OutagePlan>;

export const OutageStudy = z.object({
  StudyInstanceUID: StudyUid,
  PatientName: z.string(),
  PatientID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  Modalities: z.array(z.string()),
  node: z.string(),
  /** The rule that wants it, and as what: "CT of 2 days", "prior of 4711". */
  why: z.string(),
  /** Objects that the archive has, by its own list of UIDs. */
  expected: z.int().optional(),
  here: z.int(),
  ready: z.boolean(),
  /** Why it is not ready. */
  waits: z.string(),
});
export type OutageStudy = z.infer<typeof OutageStudy>;

/** A patient whom a worklist has scheduled, and what that means for the set. */
export const ScheduledPatient = z.object({
  worklist: z.string(),
  node: z.string(),
  PatientName: z.string(),
  PatientID: z.string(),
  IssuerOfPatientID: z.string(),
  PatientBirthDate: z.string(),
  /** DA and TM of the first step. */
  date: z.string(),
  time: z.string(),
  /** Of all steps. */
  Modalities: z.array(z.string()),
  description: z.string(),
  /** Studies of the set that are his. */
  studies: z.array(StudyUid),
  /** Why there are none, or fewer than the rule wants; empty: the rule has what it wants. */
  words: z.string(),
});
export type ScheduledPatient = z.infer<typeof ScheduledPatient>;

export const OutageSet = z.object({
  plan: OutagePlan,
  /** When it was compared with the archives (ISO). */
  comparedAt: z.string().optional(),
  studies: z.array(OutageStudy),
  /** Of rules with a worklist, by date and time. */
  scheduled: z.array(ScheduledPatient).default([]),
  /** Rules that could not be looked up. */
  problems: z.array(z.string()),
});
export type OutageSet = z.infer<typeof OutageSet>;
