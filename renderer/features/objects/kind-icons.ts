import { Activity, Box, CircleDashed, ClipboardList, FileText, Film, Images, Layers, SlidersHorizontal, Target } from '@lucide/vue';
import type { ObjectKind } from '@shared/dicom';
import type { Component } from 'vue';

export interface KindMark {
  readonly icon: Component;
  /** What it is, in a word or two. */
  readonly words: string;
  readonly isShown: boolean;
}

const MARKS: Readonly<Record<ObjectKind, KindMark>> = {
  pdf: { icon: FileText, words: 'document', isShown: true },
  report: { icon: ClipboardList, words: 'report', isShown: true },
  keyObjects: { icon: Images, words: 'key images', isShown: true },
  waveform: { icon: Activity, words: 'waveform', isShown: true },
  video: { icon: Film, words: 'film', isShown: true },
  presentationState: { icon: SlidersHorizontal, words: 'presentation state', isShown: false },
  segmentation: { icon: Layers, words: 'segmentation', isShown: false },
  radiotherapy: { icon: Target, words: 'radiotherapy', isShown: false },
  model: { icon: Box, words: '3D model', isShown: false },
  stored: { icon: CircleDashed, words: 'stored, not shown', isShown: false },
};

/** Sign and words for an object that is no stack of images. */
export function kindMark(kind: ObjectKind): KindMark {
  return MARKS[kind];
}
