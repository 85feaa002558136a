/** Forward migrations; the database's `user_version` counts those done. Never change one that was released: add the next. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE patients (id INTEGER PRIMARY KEY, patientKey TEXT NOT NULL UNIQUE);
  CREATE TABLE studies (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    patient INTEGER NOT NULL REFERENCES patients(id),
    date TEXT NOT NULL, time TEXT NOT NULL,
    modalities TEXT NOT NULL,
    seriesCount INTEGER NOT NULL DEFAULT 0, instanceCount INTEGER NOT NULL DEFAULT 0, sizeBytes INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'unread', stateActor TEXT NOT NULL DEFAULT '', stateAtMs INTEGER NOT NULL DEFAULT 0,
    urgent INTEGER NOT NULL DEFAULT 0, identityConflict INTEGER NOT NULL DEFAULT 0,
    setAsideCount INTEGER NOT NULL DEFAULT 0, setAsideReason TEXT NOT NULL DEFAULT '',
    lastArrivalMs INTEGER NOT NULL, revision INTEGER NOT NULL DEFAULT 1,
    birthDate TEXT NOT NULL, sex TEXT NOT NULL,
    nameFold TEXT NOT NULL, idFold TEXT NOT NULL, accessionFold TEXT NOT NULL, descriptionFold TEXT NOT NULL,
    search TEXT NOT NULL,
    PatientName TEXT NOT NULL, PatientID TEXT NOT NULL, IssuerOfPatientID TEXT NOT NULL, AccessionNumber TEXT NOT NULL,
    StudyDescription TEXT NOT NULL, InstitutionName TEXT NOT NULL, ReferringPhysicianName TEXT NOT NULL
  );
  CREATE INDEX studiesByPatient ON studies(patient, date, time);
  CREATE INDEX studiesBySearch ON studies(search);
  CREATE INDEX studiesByName ON studies(nameFold, id);
  CREATE INDEX studiesById ON studies(idFold, id);
  CREATE INDEX studiesByBirth ON studies(birthDate, id);
  CREATE INDEX studiesByDate ON studies(date, time, id);
  CREATE INDEX studiesByAccession ON studies(accessionFold, id);
  CREATE INDEX studiesByModality ON studies(modalities, id);
  CREATE INDEX studiesByDescription ON studies(descriptionFold, id);
  CREATE INDEX studiesByInstances ON studies(instanceCount, id);
  CREATE INDEX studiesByState ON studies(state, id);
  CREATE INDEX studiesByArrival ON studies(lastArrivalMs, id);
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    study INTEGER NOT NULL REFERENCES studies(id),
    modality TEXT NOT NULL,
    instanceCount INTEGER NOT NULL DEFAULT 0, sizeBytes INTEGER NOT NULL DEFAULT 0,
    template TEXT NOT NULL,
    UNIQUE (uid, study)
  );
  CREATE INDEX seriesByStudy ON series(study);
  CREATE TABLE instances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    series INTEGER NOT NULL REFERENCES series(id),
    sizeBytes INTEGER NOT NULL, arrivedAtMs INTEGER NOT NULL,
    dataOffset INTEGER, sha256 BLOB, chunks BLOB,
    delta TEXT NOT NULL
  );
  CREATE INDEX instancesBySeries ON instances(series);
  CREATE TABLE jobs (id TEXT PRIMARY KEY, document TEXT NOT NULL);
  CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, atMs INTEGER NOT NULL, user TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL);
  CREATE TRIGGER auditNoUpdate BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER auditNoDelete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  `,
  // what leaves this station, what is known to stand elsewhere, and what must stay
  `
  CREATE TABLE outbox (
    id TEXT PRIMARY KEY, node TEXT NOT NULL, study TEXT NOT NULL, state TEXT NOT NULL, createdAtMs INTEGER NOT NULL, document TEXT NOT NULL
  );
  CREATE INDEX outboxByNode ON outbox(node, state);
  CREATE INDEX outboxByStudy ON outbox(study);
  CREATE TABLE outboxObjects (
    id INTEGER PRIMARY KEY,
    item TEXT NOT NULL REFERENCES outbox(id) ON DELETE CASCADE, uid TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, notBeforeMs INTEGER NOT NULL DEFAULT 0, atMs INTEGER NOT NULL DEFAULT 0,
    sopClass TEXT NOT NULL, syntax TEXT NOT NULL, words TEXT NOT NULL DEFAULT '', status INTEGER, faults INTEGER NOT NULL DEFAULT 0,
    UNIQUE (item, uid)
  );
  CREATE INDEX outboxObjectsByState ON outboxObjects(state, item);
  CREATE INDEX outboxObjectsByUid ON outboxObjects(uid);
  CREATE TABLE proofs (uid TEXT NOT NULL, node TEXT NOT NULL, kind TEXT NOT NULL, atMs INTEGER NOT NULL, reference TEXT NOT NULL, PRIMARY KEY (uid, node)) WITHOUT ROWID;
  CREATE TABLE commitments (transactionUid TEXT PRIMARY KEY, node TEXT NOT NULL, state TEXT NOT NULL, dueAtMs INTEGER NOT NULL, document TEXT NOT NULL);
  CREATE TABLE keeping (study TEXT PRIMARY KEY, pinned INTEGER NOT NULL, legalHold INTEGER NOT NULL, actor TEXT NOT NULL, atMs INTEGER NOT NULL, reason TEXT NOT NULL);
  ALTER TABLE studies ADD COLUMN archived TEXT NOT NULL DEFAULT '';
  ALTER TABLE studies ADD COLUMN lastOpenedMs INTEGER NOT NULL DEFAULT 0;
  `,
  // modalities that asked us for storage commitment and have not been told yet
  `
  CREATE TABLE commitmentAnswers (transactionUid TEXT PRIMARY KEY, aeTitle TEXT NOT NULL, tries INTEGER NOT NULL, document TEXT NOT NULL);
  `,
  // how far work has come that goes through the rows of objects
  `
  CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  `,
  // frames that stood on the screen
  `
  CREATE TABLE viewed (uid TEXT PRIMARY KEY, frames TEXT NOT NULL, total INTEGER NOT NULL, whole INTEGER NOT NULL) WITHOUT ROWID;
  `,
  // how much of a study was compared with an archive's copies; gone with an index that is made anew: less is known then, and nothing wrong
  `
  CREATE TABLE contentChecks (
    study TEXT NOT NULL, node TEXT NOT NULL, nextAt INTEGER NOT NULL, compared INTEGER NOT NULL, atMs INTEGER NOT NULL, PRIMARY KEY (study, node)
  ) WITHOUT ROWID;
  `,
];
