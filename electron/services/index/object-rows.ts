import { differsInIdentity, foldText, type PatientIdentity, patientKeyOf } from '@shared/domain';
import type { Row, SqlDatabase } from './database';
import { count, deltaOf, modalitiesOf, modalitiesText, parseTemplate, sharedTemplate, type Template, templateOf, text } from './rows';
import type { FileFacts, IndexedObject } from './types';

interface KnownSeries {
  readonly id: number;
  readonly studyId: number;
  readonly studyUid: string;
  readonly template: Template;
}

/** What one transaction adds to a study's row. */
interface StudyGain {
  series: number;
  instances: number;
  bytes: number;
  lastArrivalMs: number;
  modalities: Set<string>;
  conflict: boolean;
}

const KNOWN_SERIES = 500;

/** Writes the rows of objects. Counts are added to the study and series rows once a transaction, not once an object. */
export class ObjectRows {
  private readonly known = new Map<string, KnownSeries>();

  constructor(private readonly db: SqlDatabase) {}

  /** Forgets what it remembers of rows: after a rollback, a removal or a replaced database. */
  forget(): void {
    this.known.clear();
  }

  /** Within a transaction. Returns the studies touched and the gain of new rows. */
  put(objects: readonly IndexedObject[]): { studies: Set<string>; newStudies: number; newObjects: number; newBytes: number } {
    const gains = new Map<number, StudyGain>();
    const result = { studies: new Set<string>(), newStudies: 0, newObjects: 0, newBytes: 0 };
    const seriesGains = new Map<number, { instances: number; bytes: number }>();
    for (const object of objects) {
      const existing = this.db.get('SELECT id, series, sizeBytes FROM instances WHERE uid = ?', object.attributes.SOPInstanceUID);
      const { series, isNewStudy, isNewSeries } = this.seriesOf(object, gains);
      result.studies.add(series.studyUid);
      if (isNewStudy) result.newStudies++;
      const gain = gainOf(gains, series.studyId);
      if (isNewSeries) gain.series++;
      gain.lastArrivalMs = Math.max(gain.lastArrivalMs, object.arrivedAtMs);
      if (existing !== undefined && count(existing['series']) !== series.id) this.moveAway(existing);
      const added = existing === undefined || count(existing['series']) !== series.id;
      const bytes = object.sizeBytes - (added ? 0 : count(existing['sizeBytes']));
      const seriesGain = seriesGains.get(series.id) ?? { instances: 0, bytes: 0 };
      seriesGains.set(series.id, seriesGain);
      seriesGain.bytes += bytes;
      gain.bytes += bytes;
      if (added) {
        seriesGain.instances++;
        gain.instances++;
      }
      if (existing === undefined) result.newObjects++;
      result.newBytes += object.sizeBytes - count(existing?.['sizeBytes']);
      this.writeInstance(object, series, existing);
    }
    for (const [id, { instances, bytes }] of seriesGains) {
      this.db.run('UPDATE series SET instanceCount = instanceCount + ?, sizeBytes = sizeBytes + ? WHERE id = ?', instances, bytes, id);
    }
    for (const [id, gain] of gains) this.writeGain(id, gain);
    return result;
  }

  /** Within a transaction. False: there is no row. */
  putFile(SOPInstanceUID: string, file: FileFacts): boolean {
    return this.db.run('UPDATE instances SET dataOffset = ?, sha256 = ?, chunks = ? WHERE uid = ?', ...fileValues(file), SOPInstanceUID).changes > 0;
  }

  /** Counts of a study and its series from their rows; removes what is empty. Returns false when nothing is left of the study. */
  recount(studyId: number): boolean {
    this.db.run(
      `UPDATE series SET (instanceCount, sizeBytes) = (SELECT count(*), coalesce(sum(i.sizeBytes), 0) FROM instances i WHERE i.series = series.id) WHERE study = ?`,
      studyId,
    );
    this.db.run('DELETE FROM series WHERE study = ? AND instanceCount = 0', studyId);
    const rows = this.db.all('SELECT modality, instanceCount, sizeBytes FROM series WHERE study = ? ORDER BY id', studyId);
    this.known.clear();
    if (rows.length === 0) {
      this.db.run('DELETE FROM studies WHERE id = ?', studyId);
      return false;
    }
    const modalities = [...new Set(rows.map((row) => text(row['modality'])).filter((modality) => modality !== ''))];
    this.db.run(
      'UPDATE studies SET seriesCount = ?, instanceCount = ?, sizeBytes = ?, modalities = ?, revision = revision + 1 WHERE id = ?',
      rows.length,
      rows.reduce((sum, row) => sum + count(row['instanceCount']), 0),
      rows.reduce((sum, row) => sum + count(row['sizeBytes']), 0),
      modalitiesText(modalities),
      studyId,
    );
    return true;
  }

  private seriesOf(object: IndexedObject, gains: Map<number, StudyGain>): { series: KnownSeries; isNewStudy: boolean; isNewSeries: boolean } {
    const { attributes } = object;
    const key = `${attributes.StudyInstanceUID}|${attributes.SeriesInstanceUID}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      if (differsInIdentity(identityIn(known.template), attributes)) gainOf(gains, known.studyId).conflict = true;
      return { series: known, isNewStudy: false, isNewSeries: false };
    }
    const study = this.studyOf(object);
    if (study.conflict) gainOf(gains, study.id).conflict = true;
    const row = this.db.get('SELECT id, template FROM series WHERE uid = ? AND study = ?', attributes.SeriesInstanceUID, study.id);
    const template = row === undefined ? sharedTemplate(templateOf(attributes, object.pixel)) : parseTemplate(text(row['template']));
    if (row === undefined) gainOf(gains, study.id).modalities.add(attributes.Modality);
    const id = row === undefined ? this.insertSeries(object, study.id, template) : count(row['id']);
    const series: KnownSeries = { id, studyId: study.id, studyUid: attributes.StudyInstanceUID, template };
    if (this.known.size >= KNOWN_SERIES) this.known.clear();
    this.known.set(key, series);
    return { series, isNewStudy: study.isNew, isNewSeries: row === undefined };
  }

  private insertSeries(object: IndexedObject, studyId: number, template: Template): number {
    const { SeriesInstanceUID, Modality } = object.attributes;
    return this.db.run(
      'INSERT INTO series (uid, study, modality, template) VALUES (?, ?, ?, ?)',
      SeriesInstanceUID,
      studyId,
      Modality,
      JSON.stringify(template),
    ).lastInsertRowid;
  }

  private studyOf(object: IndexedObject): { id: number; isNew: boolean; conflict: boolean } {
    const { attributes: a } = object;
    const row = this.db.get('SELECT id, PatientName, PatientID, IssuerOfPatientID, birthDate, sex FROM studies WHERE uid = ?', a.StudyInstanceUID);
    if (row !== undefined) {
      const first = identityIn({ ...row, PatientBirthDate: row['birthDate'], PatientSex: row['sex'] });
      return { id: count(row['id']), isNew: false, conflict: differsInIdentity(first, a) };
    }
    const patientKey = patientKeyOf(a.PatientID, a.IssuerOfPatientID);
    this.db.run('INSERT INTO patients (patientKey) VALUES (?) ON CONFLICT (patientKey) DO NOTHING', patientKey);
    const patient = count(this.db.get('SELECT id FROM patients WHERE patientKey = ?', patientKey)?.['id']);
    const folds = [a.PatientName, a.PatientID, a.AccessionNumber, a.StudyDescription].map(foldText);
    const { lastInsertRowid } = this.db.run(
      `INSERT INTO studies (uid, patient, date, time, modalities, lastArrivalMs, birthDate, sex, nameFold, idFold, accessionFold, descriptionFold, search,
         PatientName, PatientID, IssuerOfPatientID, AccessionNumber, StudyDescription, InstitutionName, ReferringPhysicianName)
       VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[a.StudyInstanceUID, patient, a.StudyDate, a.StudyTime, object.arrivedAtMs, a.PatientBirthDate, a.PatientSex, ...folds, folds.join('\n')],
      ...[a.PatientName, a.PatientID, a.IssuerOfPatientID, a.AccessionNumber, a.StudyDescription, a.InstitutionName, a.ReferringPhysicianName],
    );
    return { id: lastInsertRowid, isNew: true, conflict: false };
  }

  private writeInstance(object: IndexedObject, series: KnownSeries, existing: Row | undefined): void {
    const { attributes, file } = object;
    const values = [series.id, object.sizeBytes, object.arrivedAtMs, ...fileValues(file), deltaOf(series.template, templateOf(attributes, object.pixel))];
    if (existing === undefined) {
      this.db.run(
        'INSERT INTO instances (series, sizeBytes, arrivedAtMs, dataOffset, sha256, chunks, delta, uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...values,
        attributes.SOPInstanceUID,
      );
    } else {
      this.db.run(
        'UPDATE instances SET series = ?, sizeBytes = ?, arrivedAtMs = ?, dataOffset = ?, sha256 = ?, chunks = ?, delta = ? WHERE id = ?',
        ...values,
        count(existing['id']),
      );
    }
  }

  /** An object that now names another series (a rebuild after files were changed): its old series loses it. */
  private moveAway(existing: Row): void {
    const seriesId = count(existing['series']);
    const bytes = count(existing['sizeBytes']);
    this.db.run('UPDATE series SET instanceCount = instanceCount - 1, sizeBytes = sizeBytes - ? WHERE id = ?', bytes, seriesId);
    this.db.run(
      'UPDATE studies SET instanceCount = instanceCount - 1, sizeBytes = sizeBytes - ? WHERE id = (SELECT study FROM series WHERE id = ?)',
      bytes,
      seriesId,
    );
  }

  private writeGain(id: number, gain: StudyGain): void {
    this.db.run(
      `UPDATE studies SET seriesCount = seriesCount + ?, instanceCount = instanceCount + ?, sizeBytes = sizeBytes + ?,
         lastArrivalMs = max(lastArrivalMs, ?), identityConflict = max(identityConflict, ?), revision = revision + 1 WHERE id = ?`,
      ...[gain.series, gain.instances, gain.bytes, gain.lastArrivalMs, gain.conflict ? 1 : 0, id],
    );
    gain.modalities.delete('');
    if (gain.modalities.size === 0) return;
    const stored = modalitiesOf(text(this.db.get('SELECT modalities FROM studies WHERE id = ?', id)?.['modalities']));
    this.db.run('UPDATE studies SET modalities = ? WHERE id = ?', modalitiesText([...new Set([...stored, ...gain.modalities])]), id);
  }
}

function fileValues(file: FileFacts | undefined): [number | null, Uint8Array | null, Uint8Array | null] {
  if (file === undefined) return [null, null, null];
  return [file.dataOffset, file.sha256, file.chunkDigests.length === 0 ? null : file.chunkDigests];
}

function gainOf(gains: Map<number, StudyGain>, studyId: number): StudyGain {
  let gain = gains.get(studyId);
  if (gain === undefined) {
    gain = { series: 0, instances: 0, bytes: 0, lastArrivalMs: 0, modalities: new Set(), conflict: false };
    gains.set(studyId, gain);
  }
  return gain;
}

/** Whom a row or a template names (B14). */
function identityIn(said: Readonly<Record<string, unknown>>): PatientIdentity {
  const value = (key: keyof PatientIdentity): string => (typeof said[key] === 'string' ? said[key] : '');
  return {
    PatientName: value('PatientName'),
    PatientID: value('PatientID'),
    IssuerOfPatientID: value('IssuerOfPatientID'),
    PatientBirthDate: value('PatientBirthDate'),
    PatientSex: value('PatientSex'),
  };
}
