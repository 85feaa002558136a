import { KEY_IMAGE_TITLES, type OwnResult, type StudyUid } from '@shared/domain';
import type { Index } from '../index';
import type { KeyImages, PatientValues } from './key-images';

export interface OwnResults {
  unsent(node: string, StudyInstanceUID: StudyUid): OwnResult[];
  named(StudyInstanceUID: StudyUid): string[];
  rewrite(StudyInstanceUID: StudyUid, notes: readonly string[], values: PatientValues, user: string, meanwhile: () => Promise<void>): Promise<number>;
}

const UNSENT = new Set(['waiting', 'failed']);
const MOST_ORDERS = 1000;

/** What was made here of a study and an archive does not have yet, for who compares the two. */
export function ownResults(keyImages: KeyImages, index: Pick<Index, 'outbox' | 'instanceByUid'>): OwnResults {
  const isUnsent = (node: string, StudyInstanceUID: StudyUid, uid: string): boolean =>
    index.outbox.orders({ StudyInstanceUID, node }, 0, MOST_ORDERS).orders.some(({ id }) => UNSENT.has(index.outbox.entry(id, uid)?.state ?? ''));
  const idOf = (uid: string | undefined): Pick<OwnResult, 'imageId'> => {
    const id = uid === undefined ? undefined : index.instanceByUid(uid)?.id;
    return id === undefined ? {} : { imageId: id };
  };
  return {
    unsent(node, StudyInstanceUID) {
      const { notes, marks } = keyImages.of(StudyInstanceUID);
      const [first] = marks;
      return [
        ...notes.flatMap(({ SOPInstanceUID, title, images, by, at }): OwnResult[] => {
          if (!isUnsent(node, StudyInstanceUID, SOPInstanceUID)) return [];
          const imageId = idOf(keyImages.namedBy(StudyInstanceUID, SOPInstanceUID)[0]);
          return [{ kind: 'note', SOPInstanceUID, title: `Key image note: ${KEY_IMAGE_TITLES[title]}`, images, by, at, ...imageId }];
        }),
        ...(first === undefined
          ? []
          : [{ kind: 'marks' as const, title: 'Key images, not finished', images: marks.length, by: first.by, at: first.at, ...idOf(first.SOPInstanceUID) }]),
      ];
    },
    named(StudyInstanceUID) {
      const { notes, marks } = keyImages.of(StudyInstanceUID);
      const named = notes.flatMap(({ SOPInstanceUID }) => keyImages.namedBy(StudyInstanceUID, SOPInstanceUID));
      return [...new Set([...named, ...marks.map(({ SOPInstanceUID }) => String(SOPInstanceUID))])];
    },
    async rewrite(StudyInstanceUID, notes, values, user, meanwhile) {
      // what was written with these values already is not written a third time
      const old = notes.filter((uid) => {
        const attributes = index.instanceByUid(uid)?.attributes;
        return Object.entries(values).some(([key, value]) => key in EMPTY && value !== '' && attributes?.[key as keyof PatientValues] !== value);
      });
      const { PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex, AccessionNumber } = values;
      const said = { PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex, AccessionNumber };
      return (await keyImages.rewrite(StudyInstanceUID, old, said, user, meanwhile)).length;
    },
  };
}

const EMPTY: PatientValues = { PatientName: '', PatientID: '', IssuerOfPatientID: '', PatientBirthDate: '', PatientSex: '', AccessionNumber: '' };
