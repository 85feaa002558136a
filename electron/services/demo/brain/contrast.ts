/** Signal of each tissue for one sequence, arbitrary units about 0..1000. */
export interface Contrast {
  readonly skin: number;
  readonly fat: number;
  readonly muscle: number;
  readonly bone: number;
  readonly marrow: number;
  readonly csf: number;
  readonly grey: number;
  readonly white: number;
  readonly deepGrey: number;
  readonly pallidum: number;
  readonly vitreous: number;
  readonly mucosa: number;
  readonly dura: number;
  readonly lesion: number;
}

export const T1: Contrast = {
  skin: 330,
  fat: 860,
  muscle: 330,
  bone: 22,
  marrow: 560,
  csf: 95,
  grey: 365,
  white: 570,
  deepGrey: 420,
  pallidum: 470,
  vitreous: 120,
  mucosa: 300,
  dura: 150,
  lesion: 400,
};

export const T2: Contrast = {
  skin: 260,
  fat: 560,
  muscle: 150,
  bone: 22,
  marrow: 330,
  csf: 960,
  grey: 520,
  white: 305,
  deepGrey: 405,
  pallidum: 300,
  vitreous: 930,
  mucosa: 640,
  dura: 90,
  lesion: 640,
};

export const FLAIR: Contrast = {
  skin: 260,
  fat: 620,
  muscle: 210,
  bone: 20,
  marrow: 340,
  csf: 62,
  grey: 540,
  white: 385,
  deepGrey: 470,
  pallidum: 390,
  vitreous: 105,
  mucosa: 560,
  dura: 150,
  lesion: 760,
};
