import type { Ellipsoid, Tube } from '../solids';
import { axesAlong } from '../solids';

export const BLOOD = 41;
const MYOCARDIUM = 54;

/** Great vessels, unenhanced. Radii in millimetres. */
export const AORTA: Tube = {
  points: [
    [6, -26, -140],
    [-8, -34, -118],
    [-14, -32, -96],
    [-8, -22, -76],
    [6, -4, -68],
    [19, 16, -74],
    [25, 30, -92],
    [25, 35, -125],
    [22, 34, -180],
    [14, 30, -235],
    [8, 26, -310],
  ],
  radii: [15.5, 16.5, 15.5, 14.5, 13.5, 12.8, 12.4, 12, 11.6, 11, 10.4],
};
export const PULMONARY_TRUNK: Tube = {
  points: [
    [26, -48, -148],
    [26, -42, -128],
    [20, -26, -112],
    [8, -10, -106],
  ],
  radii: [14, 14, 13, 11.5],
};
export const RIGHT_PULMONARY: Tube = {
  points: [
    [12, -14, -108],
    [-12, -8, -110],
    [-32, 2, -110],
    [-46, 8, -118],
  ],
  radii: [11, 10.5, 9.5, 6.5],
};
export const LEFT_PULMONARY: Tube = {
  points: [
    [20, -26, -110],
    [28, -6, -100],
    [36, 10, -100],
    [46, 14, -114],
  ],
  radii: [11.5, 11, 9.5, 6.5],
};
export const VESSELS: readonly Tube[] = [
  {
    points: [
      [-24, -30, -44],
      [-26, -28, -80],
      [-24, -26, -110],
      [-22, -22, -138],
    ],
    radii: [9, 9.5, 9.5, 10],
  },
  {
    points: [
      [40, -34, -22],
      [20, -44, -36],
      [-6, -44, -44],
      [-23, -34, -50],
    ],
    radii: [6.5, 7, 7, 7.5],
  },
  {
    points: [
      [-44, -34, -20],
      [-32, -36, -34],
      [-24, -32, -48],
    ],
    radii: [6.5, 7, 8],
  },
  {
    points: [
      [-8, -24, -74],
      [-12, -22, -56],
      [-20, -16, -34],
      [-26, -8, 10],
    ],
    radii: [7, 6.5, 6.2, 4.5],
  },
  {
    points: [
      [-19, -16, -34],
      [-38, -6, -18],
      [-62, -8, -10],
    ],
    radii: [5, 4.8, 4.5],
  },
  {
    points: [
      [4, -12, -72],
      [10, -10, -54],
      [20, -4, -24],
      [24, 0, 10],
    ],
    radii: [4.6, 4.2, 4, 3.8],
  },
  {
    points: [
      [14, 6, -72],
      [24, 10, -50],
      [34, 10, -26],
      [58, 2, -12],
    ],
    radii: [5.6, 5.4, 5.2, 4.8],
  },
  {
    points: [
      [-28, -34, -4],
      [-34, -36, 12],
    ],
    radii: [5.5, 5.5],
  },
  {
    points: [
      [30, -34, -4],
      [34, -34, 12],
    ],
    radii: [5, 5],
  },
  {
    points: [
      [-8, 32, -250],
      [-8, 33, -120],
      [-10, 30, -84],
      [-20, 6, -80],
      [-25, -18, -84],
    ],
    radii: [3.4, 4, 4.2, 4, 4],
  },
  {
    points: [
      [-24, -8, -190],
      [-26, -4, -215],
      [-22, 6, -250],
      [-18, 12, -310],
    ],
    radii: [11, 11.5, 12, 12],
  },
];
/** Left and right atrial inflow of the pulmonary veins. */
export const VEINS: readonly Tube[] = [
  {
    points: [
      [-8, 2, -138],
      [-28, 0, -136],
      [-44, -2, -130],
    ],
    radii: [7.5, 6.5, 4.5],
  },
  {
    points: [
      [-8, 6, -148],
      [-28, 10, -152],
      [-44, 16, -158],
    ],
    radii: [7.5, 6.5, 4.5],
  },
  {
    points: [
      [22, 4, -136],
      [36, 2, -130],
      [46, -2, -124],
    ],
    radii: [7, 6, 4.2],
  },
  {
    points: [
      [22, 8, -148],
      [36, 14, -152],
      [48, 20, -158],
    ],
    radii: [7, 6, 4.2],
  },
];

export const LONG_AXIS = axesAlong([0.66, -0.52, -0.55]);
export const VENTRICLE: Ellipsoid = { centre: [44, -26, -176], radii: [50, 34, 36], axes: LONG_AXIS };
export const VENTRICLE_CAVITY: Ellipsoid = { centre: [40, -24, -173], radii: [38, 22, 24], axes: LONG_AXIS };
export const RIGHT_VENTRICLE: Ellipsoid = { centre: [16, -52, -178], radii: [46, 25, 38], axes: axesAlong([0.75, -0.25, -0.6]) };
export const RIGHT_ATRIUM: Ellipsoid = { centre: [-22, -30, -168], radii: [25, 30, 32] };
export const LEFT_ATRIUM: Ellipsoid = { centre: [6, 4, -148], radii: [32, 21, 25] };
export const CHAMBERS: readonly { solid: Ellipsoid; value: number }[] = [
  { solid: RIGHT_ATRIUM, value: BLOOD },
  { solid: LEFT_ATRIUM, value: BLOOD + 1 },
  { solid: RIGHT_VENTRICLE, value: BLOOD },
  { solid: VENTRICLE, value: MYOCARDIUM },
  { solid: VENTRICLE_CAVITY, value: BLOOD - 2 },
];

/** Fat of the grooves of the heart with the coronary arteries in it. */
export const GROOVES: readonly Tube[] = [
  {
    points: [
      [2, -44, -138],
      [-8, -62, -156],
      [-6, -64, -182],
      [4, -48, -208],
    ],
    radii: [4.4, 4.4, 4.4, 3.4],
  },
  {
    points: [
      [26, -34, -146],
      [44, -58, -160],
      [60, -68, -182],
      [66, -60, -204],
    ],
    radii: [3.7, 3.4, 3.1, 2.7],
  },
  {
    points: [
      [24, -26, -146],
      [46, -4, -152],
      [54, 4, -170],
      [44, 6, -190],
    ],
    radii: [3.7, 3.7, 3.7, 3.4],
  },
];
export const CALCIFIED: readonly Tube[] = [
  {
    points: [
      [38, -51, -155],
      [43, -57, -160],
      [47, -60, -166],
    ],
    radii: [0.9, 1.3, 0.7],
  },
  {
    points: [
      [-7, -14, -62.5],
      [0, -8, -58.5],
    ],
    radii: [0.9, 1.2],
  },
  {
    points: [
      [31, 27, -88],
      [35, 32, -96],
    ],
    radii: [0.8, 1.1],
  },
];
export const OESOPHAGUS: Tube = {
  points: [
    [6, 30, 20],
    [7, 33, -60],
    [4, 33, -110],
    [6, 31, -160],
    [14, 22, -215],
    [28, 6, -238],
  ],
  radii: [6, 6, 6, 6.5, 7, 8],
};
