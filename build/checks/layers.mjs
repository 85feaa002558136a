/**
 * Who may import what: the one table (architecture.md 4). dependency-cruiser's rules, ESLint's restricted imports and the forbidden packages of each
 * layer's tsconfig are generated from it; test/unit/checks proves that each of them reports a bad import.
 */

/**
 * @typedef {object} Unit
 * @property {string} path folder from the repository's root; a file belongs to the unit with the longest matching path
 * @property {readonly string[]} imports units (with everything below them) that it may import from, besides itself
 * @property {readonly string[]} packages npm packages that it may import
 * @property {boolean} node whether `node:*` is there
 */

const services = ['dcmjs', 'pino', 'piscina', 'fflate', 'zod'];
const widgets = ['vue', 'pinia', 'reka-ui', '@lucide/vue', '@tanstack/vue-virtual', '@tanstack/vue-table', 'uplot'];
const codecs = [
  'dcmjs-codecs',
  '@cornerstonejs/codec-charls',
  '@cornerstonejs/codec-openjpeg',
  '@cornerstonejs/codec-openjph',
  '@cornerstonejs/codec-libjpeg-turbo-8bit',
];

/** @type {readonly Unit[]} */
export const units = [
  { path: 'shared', imports: [], packages: ['zod'], node: false },
  { path: 'shared/pixel', imports: ['shared'], packages: ['zod', 'fflate', ...codecs], node: false },

  { path: 'electron/services', imports: ['shared'], packages: services, node: true },
  { path: 'electron/services/dicomweb', imports: ['shared', 'electron/services'], packages: [...services, 'oauth4webapi'], node: true },
  { path: 'electron/services/dimse', imports: ['shared', 'electron/services'], packages: [...services, 'dcmjs-dimse'], node: true },
  { path: 'electron/services/import', imports: ['shared', 'electron/services'], packages: [...services, 'yauzl'], node: true },
  { path: 'electron/services/index', imports: ['shared', 'electron/services'], packages: [...services, 'libsql'], node: true },
  { path: 'electron/services/settings', imports: ['shared', 'electron/services'], packages: [...services, 'lowdb'], node: true },
  { path: 'electron/main', imports: ['shared'], packages: ['electron', 'zod'], node: true },
  { path: 'electron/preload', imports: ['shared/contract'], packages: ['electron'], node: false },

  {
    path: 'renderer/app',
    imports: [
      'shared',
      'renderer/features',
      'renderer/stores',
      'renderer/vtk',
      'renderer/ui',
      'renderer/host',
      'renderer/imaging',
      'renderer/workers',
      'renderer/assets',
    ],
    packages: [...widgets, 'zod'],
    node: false,
  },
  {
    path: 'renderer/features',
    imports: ['shared', 'renderer/stores', 'renderer/vtk', 'renderer/pdf', 'renderer/ui', 'renderer/imaging', 'renderer/assets'],
    packages: widgets,
    node: false,
  },
  { path: 'renderer/stores', imports: ['shared', 'renderer/host', 'renderer/imaging'], packages: ['vue', 'pinia', 'zod'], node: false },
  { path: 'renderer/vtk', imports: ['shared', 'renderer/imaging'], packages: ['vue', '@kitware/vtk.js'], node: false },
  { path: 'renderer/pdf', imports: ['shared'], packages: ['pdfjs-dist'], node: false },
  { path: 'renderer/ui', imports: ['shared', 'renderer/imaging', 'renderer/assets'], packages: widgets, node: false },
  { path: 'renderer/host', imports: ['shared'], packages: ['zod'], node: false },
  { path: 'renderer/imaging', imports: ['shared'], packages: [], node: false },
  { path: 'renderer/workers', imports: ['shared', 'renderer/imaging'], packages: [], node: false },
  { path: 'renderer/assets', imports: [], packages: [], node: false },
];

/** One runtime each, with a tsconfig of its own. */
export const layers = ['shared', 'electron/services', 'electron/main', 'electron/preload', 'renderer'];

/** Top-level folders of our own code: what a relative import must never climb into from another layer. */
export const topFolders = ['shared', 'electron', 'renderer', 'build', 'test'];

/** These folders run without a page: no DOM, no Vue, no rendering library. */
export const pureFolders = ['shared', 'renderer/imaging'];

/** @param {string} file path from the root @returns {Unit | undefined} */
export function unitOf(file) {
  return units.filter((unit) => file === unit.path || file.startsWith(`${unit.path}/`)).sort((a, b) => b.path.length - a.path.length)[0];
}

/** Units inside another one: they have rules of their own. @param {Unit} unit @returns {readonly Unit[]} */
export function unitsWithin(unit) {
  return units.filter((other) => other.path.startsWith(`${unit.path}/`));
}

/** Every package that the table names. */
export function knownPackages() {
  return [...new Set(units.flatMap((unit) => unit.packages))].sort();
}

/**
 * Packages that no unit of the layer may import. What shared/ uses is compiled with every layer and cannot be forbidden this way.
 * @param {string} layer
 */
export function forbiddenPackages(layer) {
  const inside = (/** @type {Unit} */ unit) => [layer, 'shared'].some((path) => unit.path === path || unit.path.startsWith(`${path}/`));
  const allowed = new Set(units.filter(inside).flatMap((unit) => unit.packages));
  return knownPackages().filter((name) => !allowed.has(name));
}

/** Text as a regular expression that matches it. @param {string} text */
export function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
