import { z } from 'zod';
import { InstanceId, StudyUid } from './ids';

/** An object that another one names; `here` when it is in the cache. */
export const ObjectReference = z.object({
  SOPInstanceUID: z.string(),
  /** SOP class in words. */
  label: z.string(),
  /** Referenced frames, counted from 1; empty = the whole object. */
  frames: z.array(z.int()),
  here: z.object({ StudyInstanceUID: StudyUid, instanceId: InstanceId }).optional(),
});
export type ObjectReference = z.infer<typeof ObjectReference>;

/** One content item of a structured report, in the order of the document (PS3.3 C.17.3). */
export const ReportItem = z.object({
  depth: z.int().min(0),
  /** Relationship to the item it stands in, in words; empty for "contains". */
  relationship: z.string(),
  valueType: z.string(),
  /** Concept name. */
  name: z.string(),
  nameCode: z.string(),
  value: z.string(),
  /** Code of a coded value, or of the unit of a number. */
  valueCode: z.string(),
  unit: z.string(),
  references: z.array(ObjectReference),
});
export type ReportItem = z.infer<typeof ReportItem>;

export const Report = z.object({
  title: z.string(),
  /** What the document says of its own state: complete, verified by whom. */
  facts: z.array(z.string()),
  items: z.array(ReportItem),
  /** Items that there are beyond those listed. */
  more: z.int().min(0),
  problem: z.string().optional(),
});
export type Report = z.infer<typeof Report>;

/** A channel of a waveform (PS3.3 C.10.9.1.4). */
export const WaveformChannel = z.object({
  label: z.string(),
  /** Unit of the values that are handed out; empty = the numbers as they are stored, of no known unit. */
  unit: z.string(),
  /** What was done to the signal, as the object says: "0.05 to 150 Hz". */
  filter: z.string(),
  skewSeconds: z.number(),
});
export type WaveformChannel = z.infer<typeof WaveformChannel>;

export const WaveformGroup = z.object({
  label: z.string(),
  samplingHz: z.number(),
  samples: z.int().min(0),
  offsetMs: z.number().optional(),
  channels: z.array(WaveformChannel),
  /** Why it cannot be drawn. */
  problem: z.string().optional(),
});
export type WaveformGroup = z.infer<typeof WaveformGroup>;

export const Waveform = z.object({
  title: z.string(),
  groups: z.array(WaveformGroup),
  /** What the object notes of the signal: "Heart rate 75 bpm". */
  annotations: z.array(z.string()),
});
export type Waveform = z.infer<typeof Waveform>;

/** A document or a film inside of an object. */
export const EncapsulatedPart = z.object({ title: z.string(), mimeType: z.string(), sizeBytes: z.number() });
export type EncapsulatedPart = z.infer<typeof EncapsulatedPart>;
