import type { Plane } from '../raster';
import { ellipse, fill, ribbon } from '../raster';
import type { Ellipsoid, Tube } from '../solids';
import { axesAlong, paintEllipsoid, paintTube } from '../solids';
import { smoothStep } from '../track';
import { AIRWAYS, columnHalfWidth } from './lungs';
import { cageMiddle } from './cage';
import { spineY } from './bones';

const FAT = -98;
const BLOOD = 41;
const WALL = 48;
const MYOCARDIUM = 54;
const AIR = -985;

/** Great vessels, unenhanced. Radii in millimetres. */
const AORTA: Tube = {
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
const PULMONARY_TRUNK: Tube = {
  points: [
    [26, -48, -148],
    [26, -42, -128],
    [20, -26, -112],
    [8, -10, -106],
  ],
  radii: [14, 14, 13, 11.5],
};
const RIGHT_PULMONARY: Tube = {
  points: [
    [12, -14, -108],
    [-12, -8, -110],
    [-32, 2, -110],
    [-46, 8, -118],
  ],
  radii: [11, 10.5, 9.5, 6.5],
};
const LEFT_PULMONARY: Tube = {
  points: [
    [20, -26, -110],
    [28, -6, -100],
    [36, 10, -100],
    [46, 14, -114],
  ],
  radii: [11.5, 11, 9.5, 6.5],
};
const VESSELS: readonly Tube[] = [
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
const VEINS: readonly Tube[] = [
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

const LONG_AXIS = axesAlong([0.66, -0.52, -0.55]);
const VENTRICLE: Ellipsoid = { centre: [44, -26, -176], radii: [50, 34, 36], axes: LONG_AXIS };
const VENTRICLE_CAVITY: Ellipsoid = { centre: [40, -24, -173], radii: [38, 22, 24], axes: LONG_AXIS };
const RIGHT_VENTRICLE: Ellipsoid = { centre: [16, -52, -178], radii: [46, 25, 38], axes: axesAlong([0.75, -0.25, -0.6]) };
const RIGHT_ATRIUM: Ellipsoid = { centre: [-22, -30, -168], radii: [25, 30, 32] };
const LEFT_ATRIUM: Ellipsoid = { centre: [6, 4, -148], radii: [32, 21, 25] };
const CHAMBERS: readonly { solid: Ellipsoid; value: number }[] = [
  { solid: RIGHT_ATRIUM, value: BLOOD },
  { solid: LEFT_ATRIUM, value: BLOOD + 1 },
  { solid: RIGHT_VENTRICLE, value: BLOOD },
  { solid: VENTRICLE, value: MYOCARDIUM },
  { solid: VENTRICLE_CAVITY, value: BLOOD - 2 },
];

/** Fat of the grooves of the heart with the coronary arteries in it. */
const GROOVES: readonly Tube[] = [
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
const CALCIFIED: readonly Tube[] = [
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
const OESOPHAGUS: Tube = {
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

/** Outline of the mediastinal column at `z`, from the sternum to the spine. */
function column(z: number): number[] {
  const middle = cageMiddle(z);
  const line: number[] = [];
  const mirrored: number[] = [];
  for (let i = 0; i <= 24; i++) {
    const y = middle.centreY + middle.halfDepth * 1.02 * (-1 + i / 12);
    const half = columnHalfWidth(y, z);
    line.push(half, y);
    mirrored.unshift(-half, y);
  }
  return [...line, ...mirrored];
}

/** Everything between the lungs in slice `z`. `cavity` is the inside of the rib cage, `thorax` its part above the diaphragm. */
export function paintMediastinum(plane: Plane, z: number, thicknessMm: number, cavity: Float32Array, thorax: Float32Array): void {
  const fat = { value: FAT, clip: thorax };
  fill(plane, column(z), FAT, thorax);
  for (const { solid } of CHAMBERS) paintEllipsoid(plane, z, solid, { ...fat, grow: 5 });
  for (const tube of [AORTA, PULMONARY_TRUNK, RIGHT_PULMONARY, LEFT_PULMONARY, ...VESSELS.slice(0, 4)])
    paintTube(plane, z, thicknessMm, tube, { ...fat, grow: 2.6 });
  paintHeart(plane, z, thicknessMm, thorax);
  for (const tube of [...VESSELS, ...VEINS, RIGHT_PULMONARY, LEFT_PULMONARY]) paintTube(plane, z, thicknessMm, tube, { value: BLOOD, clip: cavity });
  paintTube(plane, z, thicknessMm, PULMONARY_TRUNK, { value: BLOOD });
  for (const [grow, value] of [
    [1.2, FAT],
    [0, WALL],
    [-1.4, BLOOD],
  ] as const)
    paintTube(plane, z, thicknessMm, AORTA, { value, grow });
  paintTube(plane, z, thicknessMm, OESOPHAGUS, { value: 42 });
  if (z > -60 || (z < -95 && z > -130)) paintEllipsoid(plane, z, { centre: [7, 32, z], radii: [2.6, 1.6, 3] }, { value: -700 });
  for (const tube of CALCIFIED) paintTube(plane, z, thicknessMm, tube, { value: 680 });
  paintNodesAndGlands(plane, z);
  paintAirways(plane, z, thicknessMm);
}

function paintHeart(plane: Plane, z: number, thicknessMm: number, cavity: Float32Array): void {
  // Pericardium: a thin bright line in the fat.
  for (const { solid } of CHAMBERS) paintEllipsoid(plane, z, solid, { value: -25, grow: 3, clip: cavity });
  for (const { solid } of CHAMBERS) paintEllipsoid(plane, z, solid, { value: FAT, grow: 2.2, clip: cavity });
  for (const { solid, value } of CHAMBERS) paintEllipsoid(plane, z, solid, { value, clip: cavity });
  for (const tube of GROOVES) {
    paintTube(plane, z, thicknessMm, tube, { value: FAT + 10, clip: cavity });
    paintTube(plane, z, thicknessMm, { points: tube.points, radii: tube.radii.map(() => 1.5) }, { value: BLOOD });
  }
}

/** Thyroid at the top, thymic remnant, and small lymph nodes. */
function paintNodesAndGlands(plane: Plane, z: number): void {
  for (const side of [1, -1]) paintEllipsoid(plane, z, { centre: [side * 16, -2, 12], radii: [8, 11, 20] }, { value: 105 });
  const nodes: readonly (readonly [number, number, number, number])[] = [
    [-14, -6, -84, 3.2],
    [-18, 2, -92, 3.8],
    [12, 6, -98, 3],
    [-4, 26, -112, 4.2],
    [4, -44, -76, 2.6],
    [-10, -52, -70, 2.4],
  ];
  for (const [x, y, nz, r] of nodes) paintEllipsoid(plane, z, { centre: [x, y, nz], radii: [r * 1.5, r, r * 1.3] }, { value: 44 });
}

function paintAirways(plane: Plane, z: number, thicknessMm: number): void {
  for (const tube of AIRWAYS) paintTube(plane, z, thicknessMm, tube, { value: 30, grow: 1.7 });
  for (const tube of AIRWAYS) paintTube(plane, z, thicknessMm, tube, { value: AIR });
}

/** Neck and shoulder muscles about the thoracic inlet, which no cage encloses. Painted before the cage. */
export function paintInlet(plane: Plane, z: number, body: Float32Array): void {
  const high = smoothStep(-78, -40, z);
  if (high <= 0) return;
  for (const side of [1, -1]) {
    const muscles: readonly (readonly [readonly number[], number])[] = [
      [[side * 12, 74, side * 60, 74, side * 104, 58, side * 142, 40], 13 * high],
      [[side * 52, 52, side * 100, 40, side * 140, 24], 15 * high],
      [[side * 24, -56, side * 70, -62, side * 108, -42, side * 146, -6], 9.5 * high],
      [[side * 52, -44, side * 96, -28, side * 130, -2], 5 * high],
    ];
    for (const [line, half] of muscles)
      fill(
        plane,
        ribbon(line, (part) => half * (0.55 + 0.45 * Math.sin(Math.PI * part))),
        54,
        body,
      );
    if (z > -42) fill(plane, ellipse(side * 152, 20, 33 * smoothStep(-42, -14, z), 36 * smoothStep(-42, -14, z)), 55, body);
  }
}

/** Muscles of the neck in front of and beside the spine. */
export function paintNeck(plane: Plane, z: number): void {
  if (z < -40) return;
  const y = spineY(z);
  for (const side of [1, -1]) {
    fill(plane, ellipse(side * 26, y - 6, 9, 12, side * 0.4), 55);
    fill(plane, ellipse(side * 40, y - 22, 7, 9, side * 0.5), 56);
    fill(plane, ribbon([side * 22, -44, side * 34, -38, side * 44, -30], 3.6), 56);
  }
  fill(plane, ellipse(0, y - 16, 10, 3.6), 52);
}
