import type { Monitor, MonitorProfile } from '@shared/domain';
import { conformanceOf } from '@shared/grayscale';
import { type Attributes, code, encodeDataSet, join } from '../encode';
import { writePart10Header } from '../part10';

/** Display System SOP Class and its well-known SOP Instance (PS3.4 EE, PS3.6 A). */
const DISPLAY_SYSTEM = '1.2.840.10008.5.1.1.40';
const DISPLAY_SYSTEM_INSTANCE = '1.2.840.10008.5.1.1.40.1';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** There is one display subsystem (the monitor) with one configuration (its mode), made for one target, in each record. */
const ID = 1;
type Measured = NonNullable<MonitorProfile['verified']>;

/**
 * A measured monitor as the Display System IOD (PS3.3 B.29) in a Part 10 file: Display System (C.32.1), Target Luminance Characteristics (C.32.2) and QA Results
 * (C.32.3) of the calibration, its verification and the last look. The luminances of a result hold the ambient light, as C.32.3.4 wants.
 * @throws Error in words when nothing was measured, or the measurement cannot be judged
 */
export function displaySystemRecord(monitor: Monitor, profile: MonitorProfile, hostName: string): Uint8Array<ArrayBuffer> {
  const { verified } = profile;
  if (verified === undefined) throw new Error('nobody measured this monitor');
  const { darkest, brightest } = conformanceOf(verified.points, verified.ambient);
  const attributes: Attributes = {
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: DISPLAY_SYSTEM,
    SOPInstanceUID: DISPLAY_SYSTEM_INSTANCE,
    Manufacturer: 'Alternator',
    InstitutionName: '',
    StationName: plain(hostName, 16),
    ManufacturerModelName: 'Alternator',
    NumberOfDisplaySubsystems: 1,
    DisplaySubsystemSequence: [subsystem(monitor, profile)],
    TargetLuminanceCharacteristicsSequence: [
      { LuminanceCharacteristicsID: ID, DisplayFunctionType: 'GSDF', TargetMinimumLuminance: darkest, TargetMaximumLuminance: brightest },
    ],
    QAResultsSequence: [
      { DisplaySubsystemID: ID, DisplaySubsystemQAResultsSequence: [{ ConfigurationID: ID, ConfigurationQAResultsSequence: [qa(profile, verified)] }] },
    ],
  };
  const head = writePart10Header({ SOPClassUID: DISPLAY_SYSTEM, SOPInstanceUID: DISPLAY_SYSTEM_INSTANCE, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN });
  return join([head, encodeDataSet(attributes)]);
}

function subsystem({ name, basis, edid }: Monitor, { way, mode, signed, dueOn }: MonitorProfile): Attributes {
  return {
    DisplaySubsystemID: ID,
    DisplaySubsystemName: plain(name, 16),
    DisplaySubsystemDescription: plain(basis, 64),
    Manufacturer: plain(edid?.manufacturer ?? '', 64),
    ManufacturerModelName: plain(edid?.name ?? '', 64),
    DeviceSerialNumber: plain(edid?.serial ?? '', 64),
    SystemStatusComment: plain(signed === undefined ? 'measured, not signed' : `signed by ${signed.by}${dueOn === undefined ? '' : `, due ${dueOn}`}`, 64),
    CurrentConfigurationID: ID,
    DisplaySubsystemConfigurationSequence: [
      {
        ConfigurationID: ID,
        ConfigurationName: way === 'software' ? 'corrected here' : 'by itself',
        ConfigurationDescription: plain(mode, 64),
        ReferencedTargetLuminanceCharacteristicsID: ID,
      },
    ],
  };
}

function qa({ alone, checks }: MonitorProfile, verified: Measured): Attributes {
  const look = checks.at(-1);
  return {
    DisplayCalibrationResultSequence: [{ ...context(alone ?? verified), LuminanceCharacteristicsID: ID }],
    LuminanceResultSequence: [{ ...context(verified), ...luminances(verified) }],
    ...(look === undefined ? {} : { VisualEvaluationResultSequence: [visual(look)] }),
  };
}

/** When, who and by what (Display QA Result Context Macro, C.32.3.1). The type of the equipment is not known: it stands in its name. */
function context({ at, by, meter }: Pick<Measured, 'at' | 'by' | 'meter'>): Attributes {
  return {
    PerformedProcedureStepStartDateTime: dateTime(at),
    PerformedProcedureStepEndDateTime: dateTime(at),
    ...performer(by),
    ...(meter === ''
      ? {}
      : {
          MeasurementEquipmentSequence: [{ MeasurementFunctions: 'PHOTOMETER', MeasuredCharacteristics: 'LUMINANCE', ManufacturerModelName: plain(meter, 64) }],
        }),
  };
}

function performer(by: string): Attributes {
  if (by.trim() === '') return {};
  // A name of one part, in the form of PS3.5 6.2 that is not the retired one.
  return { ActualHumanPerformersSequence: [{ HumanPerformerName: `${plain(by.replace(/[\^=]/g, ' '), 63)}^` }] };
}

/** Luminance Result Macro (C.32.3.4): DDL from 0 to 255, luminances with ambient light. */
function luminances({ points, ambient }: Measured): Attributes {
  return {
    NumberOfLuminancePoints: points.length,
    LuminanceResponseSequence: points.map(({ ddl, luminance }) => ({ DDLValue: Math.round(ddl), LuminanceValue: luminance + ambient })),
    ReflectedAmbientLight: Math.round(ambient),
    AmbientLightValueSource: 'MEASURED',
  };
}

/** Visual Evaluation Result Macro (C.32.3.2): our own synthetic pattern has a code of our own. */
function visual({ at, by, passed, note }: MonitorProfile['checks'][number]): Attributes {
  return {
    ...context({ at, by, meter: '' }),
    VisualEvaluationMethodCodeSequence: [code('109701', 'DCM', 'Overall image quality evaluation')],
    VisualEvaluationTestSequence: [
      {
        TestResult: passed ? 'PASS' : 'FAIL',
        ...(note === '' ? {} : { TestResultComment: plain(note, 64) }),
        TestPatternCodeSequence: [code('QUALITY', '99ALTERNATOR', 'Synthetic quality pattern')],
      },
    ],
  };
}

/** DT in UTC with its offset. */
function dateTime(iso: string): string {
  const digits = iso.replace(/[^0-9]/g, '').slice(0, 14);
  return iso.endsWith('Z') ? `${digits}+0000` : digits;
}

function plain(text: string, length: number): string {
  return text
    .replace(/[\\\p{Cc}]/gu, ' ')
    .slice(0, length)
    .trim();
}
