import { z } from 'zod';
import { KeyImages, KeyImageTitle, SopInstanceUid, StudyUid } from '../domain';
import { anyone, type CallShape } from './call-shape';

const readers = ['radiologist', 'technologist', 'admin'] as const;
const ofStudy = z.object({ StudyInstanceUID: StudyUid });
const answer = z.object({ keyImages: KeyImages });

/** Key images: each edit is on the disk before its answer, and can be taken back after a restart too. */
export const keyImageCalls = {
  'keyImages.get': { servedBy: 'services', roles: anyone, idempotent: true, request: ofStudy, response: answer },
  /** Marking what is marked already changes nothing. `frameNumber` from 1, for objects of several frames. */
  'keyImages.mark': {
    servedBy: 'services',
    roles: readers,
    idempotent: true,
    request: ofStudy.extend({ SOPInstanceUID: SopInstanceUid, frameNumber: z.int().min(1).max(0x7fffffff).optional(), marked: z.boolean() }),
    response: answer,
  },
  'keyImages.undo': { servedBy: 'services', roles: readers, request: ofStudy, response: answer },
  'keyImages.redo': { servedBy: 'services', roles: readers, request: ofStudy, response: answer },
  /** Makes the Key Object Selection Document of all marks, keeps it in the cache and puts it into the outbox for each of `nodes`. */
  'keyImages.finish': {
    servedBy: 'services',
    roles: readers,
    request: ofStudy.extend({
      title: KeyImageTitle,
      description: z.string().max(1024).default(''),
      nodes: z.array(z.string().min(1).max(64)).max(20).default([]),
    }),
    response: answer.extend({ SOPInstanceUID: SopInstanceUid }),
  },
} as const satisfies Record<string, CallShape>;
