import { escaped, topFolders, units } from './layers.mjs';

/** ESLint configurations with `no-restricted-imports` for every unit of the table; the more specific unit comes later and replaces the outer one's. */
export function restrictedImports() {
  const byDepth = [...units].sort((a, b) => a.path.length - b.path.length);
  return byDepth.map((unit) => ({
    name: `layers/${unit.path}`,
    files: [`${unit.path}/**/*.ts`, `${unit.path}/**/*.vue`],
    rules: { 'no-restricted-imports': ['error', { patterns: patterns(unit) }] },
  }));
}

/** @param {import('./layers.mjs').Unit} unit */
function patterns(unit) {
  const top = unit.path.split('/')[0];
  const allowed = unit.packages.map((name) => `(?!${escaped(name)}(?:/|$))`).join('');
  const list = [
    {
      regex: `^(?![./])(?!@shared/)(?!node:)${allowed}.+`,
      message: `${unit.path} may import these packages only: ${unit.packages.join(', ') || 'none'} (build/checks/layers.mjs).`,
    },
    {
      regex: `^(?:\\.\\.?/)+(?:.*/)?(?:${topFolders.filter((folder) => folder !== top).join('|')})/`,
      message: 'Other layers are imported by @shared/…, never by a relative path.',
    },
  ];
  if (!unit.node) list.push({ regex: '^node:', message: `${unit.path} does not run in Node.` });
  const sharedOnly = sharedFence(unit);
  if (sharedOnly !== undefined) list.push(sharedOnly);
  const siblings = forbiddenSiblings(unit);
  if (siblings.length > 0)
    list.push({ regex: `^(?:\\.\\./)+(?:${siblings.join('|')})(?:/|$)`, message: `${unit.path} does not import from there (build/checks/layers.mjs).` });
  return list;
}

/** What of shared/ the unit may not see. @param {import('./layers.mjs').Unit} unit */
function sharedFence(unit) {
  if (unit.path.startsWith('shared') || unit.imports.includes('shared')) return undefined;
  const parts = unit.imports.flatMap((path) => (path.startsWith('shared/') ? [escaped(path.slice('shared/'.length))] : []));
  return parts.length === 0
    ? { regex: '^@shared/', message: `${unit.path} does not import from shared/.` }
    : { regex: `^@shared/(?!(?:${parts.join('|')})(?:/|$))`, message: `${unit.path} imports from shared/ only: ${parts.join(', ')}.` };
}

/** Folders beside the unit in the same top folder that it may not import from. @param {import('./layers.mjs').Unit} unit */
function forbiddenSiblings(unit) {
  const [top, own] = unit.path.split('/');
  if (own === undefined || top === 'shared') return [];
  const names = new Set(units.filter((other) => other.path.startsWith(`${top}/`)).map((other) => other.path.split('/')[1]));
  return [...names].filter((name) => name !== own && !unit.imports.includes(`${top}/${name}`)).map(escaped);
}
