import { checkUid, NO_PATIENT_STUDY, noPatientSeries, STORAGE_SOP_CLASSES } from '@shared/dicom';
import { describe, expect, it } from 'vitest';
import { walkDataSet } from '../../../electron/services/part10';
import { el, encodeDataSet, type Element } from '../../support/dicom';

const HANGING_PROTOCOL = '1.2.840.10008.5.1.4.38.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const walk = (elements: readonly Element[]) => walkDataSet(encodeDataSet(elements), { TransferSyntaxUID: '1.2.840.10008.1.2.1' });
const of = (SOPClassUID: string, ...more: Element[]): Element[] => [el(0x00080016, 'UI', SOPClassUID), el(0x00080018, 'UI', '2.25.9'), ...more];

describe('an object of no patient', () => {
  it('is kept without study and series, listed under the study of our own making', () => {
    const walked = walk(of(HANGING_PROTOCOL));
    expect(walked).toMatchObject({
      ok: true,
      attributes: {
        StudyInstanceUID: NO_PATIENT_STUDY,
        SeriesInstanceUID: noPatientSeries(HANGING_PROTOCOL),
        StudyDescription: 'Objects of no patient',
        SeriesDescription: 'Hanging Protocol',
        PatientID: '',
      },
    });
  });

  it('is refused without its own UID, and when it names half of a place', () => {
    expect(walk([el(0x00080016, 'UI', HANGING_PROTOCOL)])).toMatchObject({ ok: false, reason: { code: 'missingUid' } });
    expect(walk(of(HANGING_PROTOCOL, el(0x0020000d, 'UI', '2.25.1')))).toMatchObject({ ok: false, reason: { code: 'missingUid' } });
  });

  it('that names a study belongs to it', () => {
    const walked = walk(of(HANGING_PROTOCOL, el(0x0020000d, 'UI', '2.25.1'), el(0x0020000e, 'UI', '2.25.2')));
    expect(walked).toMatchObject({ ok: true, attributes: { StudyInstanceUID: '2.25.1', SeriesInstanceUID: '2.25.2' } });
  });

  it('is one only by its class: an image without a study is refused', () => {
    expect(walk(of(CT))).toMatchObject({ ok: false, reason: { code: 'missingUid' } });
  });

  it('has a series of its class, with a UID like any other', () => {
    const series = STORAGE_SOP_CLASSES.filter(({ isNonPatient }) => isNonPatient).map(({ uid }) => noPatientSeries(uid));
    expect(new Set(series).size).toBe(series.length);
    for (const uid of [NO_PATIENT_STUDY, ...series]) expect(checkUid(uid)).toBe('valid');
  });
});
