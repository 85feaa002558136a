import { type DemoStudy, objectAttributes, studyUid } from '../common';
import { type Attributes, authorDocument } from '../dataset';
import { daysBefore } from '../dates';
import { JUERGEN } from '../patients';
import { createRandom, subSeed } from '../random';
import type { DemoObject, DemoOptions, PlannedObject } from '../types';
import { code } from '../../encode';
import { documentSeries } from './references';

const TWELVE_LEAD_ECG = '1.2.840.10008.5.1.4.1.1.9.1.1';
const RATE = 500;
const SECONDS = 10;
const BEAT_S = 0.86;
/** Microvolts of one step of a stored sample. */
const MICROVOLTS = 2.5;

/** Height of P, Q, R, S and T in millivolts for the eight independent leads. */
const LEADS: Readonly<Record<string, readonly [number, number, number, number, number]>> = {
  I: [0.09, -0.06, 0.72, -0.09, 0.22],
  II: [0.15, -0.05, 1.02, -0.14, 0.31],
  V1: [0.05, 0, 0.22, -0.86, -0.06],
  V2: [0.07, 0, 0.48, -1.32, 0.42],
  V3: [0.08, -0.02, 0.82, -0.88, 0.52],
  V4: [0.09, -0.06, 1.42, -0.46, 0.48],
  V5: [0.09, -0.09, 1.28, -0.2, 0.36],
  V6: [0.08, -0.08, 0.94, -0.08, 0.26],
};
const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
/** Codes of the leads (PS3.16 CID 3001). */
const CODES = ['2:1', '2:2', '2:61', '2:62', '2:63', '2:64', '2:3', '2:4', '2:5', '2:6', '2:7', '2:8'];

/** Twelve leads at rest for ten seconds: sinus rhythm, the limb leads derived as the standard does. */
export function ecgStudies(options: DemoOptions): PlannedObject[] {
  const study: DemoStudy = {
    key: 'ecg',
    patient: JUERGEN,
    StudyDate: daysBefore(options.today, 8),
    startSeconds: 7 * 3600 + 10 * 60 + 2,
    AccessionNumber: 'DEMO-24007',
    StudyID: '24007',
    StudyDescription: 'ECG 12 LEADS AT REST',
    ReferringPhysicianName: 'RIVERA^Ana^^Dr.',
  };
  return [{ study: study.key, series: 'ecg', StudyInstanceUID: studyUid(options, study), make: () => makeEcg(options, study) }];
}

function makeEcg(options: DemoOptions, study: DemoStudy): DemoObject {
  const series = documentSeries('ecg', 1, '12 leads at rest', 'ECG', TWELVE_LEAD_ECG, study.startSeconds + 30);
  return authorDocument({
    ...objectAttributes(options, study, series, 1),
    AcquisitionDateTime: `${study.StudyDate}071032`,
    AcquisitionContextSequence: [],
    WaveformSequence: [
      {
        WaveformOriginality: 'ORIGINAL',
        NumberOfWaveformChannels: NAMES.length,
        NumberOfWaveformSamples: RATE * SECONDS,
        SamplingFrequency: String(RATE),
        MultiplexGroupLabel: 'RHYTHM',
        ChannelDefinitionSequence: NAMES.map(channel),
        WaveformBitsAllocated: 16,
        WaveformSampleInterpretation: 'SS',
        WaveformData: samples(options.seed),
      },
    ],
  });
}

function channel(name: string, index: number): Attributes {
  return {
    ChannelLabel: name,
    ChannelSourceSequence: [code(CODES[index] ?? '', 'MDC', `Lead ${name}`)],
    ChannelSensitivity: String(MICROVOLTS),
    ChannelSensitivityUnitsSequence: [code('uV', 'UCUM', 'microvolt')],
    ChannelSensitivityCorrectionFactor: '1',
    ChannelBaseline: '0',
    ChannelSampleSkew: '0',
    WaveformBitsStored: 16,
    FilterLowFrequency: '0.05',
    FilterHighFrequency: '150',
  };
}

/** All channels of one moment, then those of the next (PS3.3 C.10.9.1.7). */
function samples(seed: number): Uint8Array {
  const random = createRandom(subSeed(seed, 'ecg'));
  const beats: number[] = [];
  for (let t = 0.31; t < SECONDS + 1; t += BEAT_S * random.range(0.965, 1.035)) beats.push(t);
  const data = new DataView(new ArrayBuffer(2 * NAMES.length * RATE * SECONDS));
  for (let sample = 0; sample < RATE * SECONDS; sample++) {
    const t = sample / RATE;
    const lead = (name: string): number => {
      const shape = LEADS[name] ?? [0, 0, 0, 0, 0];
      const drift = 0.03 * Math.sin(t * 1.7 + name.charCodeAt(0) + name.length);
      return beats.reduce((sum, beat) => (Math.abs(t - beat) < 0.7 ? sum + complexAt(t - beat, shape) : sum), drift) + random.range(-0.009, 0.009);
    };
    const [i, ii] = [lead('I'), lead('II')];
    // Einthoven and Goldberger: four of the limb leads follow from two.
    const values = [i, ii, ii - i, -(i + ii) / 2, i - ii / 2, ii - i / 2, ...['V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map(lead)];
    values.forEach((millivolts, index) => data.setInt16(2 * (sample * NAMES.length + index), Math.round((millivolts * 1000) / MICROVOLTS), true));
  }
  return new Uint8Array(data.buffer);
}

/** P, Q, R, S, T as bells about the R wave. */
function complexAt(t: number, [p, q, r, s, tWave]: readonly [number, number, number, number, number]): number {
  const bell = (height: number, at: number, width: number): number => height * Math.exp(-(((t - at) / width) ** 2));
  return bell(p, -0.17, 0.034) + bell(q, -0.027, 0.011) + bell(r, 0, 0.013) + bell(s, 0.03, 0.014) + bell(tWave, 0.27, t < 0.27 ? 0.075 : 0.05);
}
