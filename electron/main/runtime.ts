/** The Electron that the program is made for and ships with; a test holds it equal to package.json. */
export const PINNED_ELECTRON = '45.4.1';

/**
 * True when this Electron is older than the pinned one or the environment says so: it gets no security fixes, so it listens on
 * loopback only and the window carries "development runtime, not for patient data" (architecture.md 8).
 */
export function isDevelopmentRuntime(electron: string, environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment['ALTERNATOR_RUNTIME'] === 'development' || compareVersions(electron, PINNED_ELECTRON) < 0;
}

/** By major, minor, patch; what cannot be read counts as 0, so an unknown runtime is an old one. */
function compareVersions(a: string, b: string): number {
  const numbers = (version: string) => [0, 1, 2].map((part) => Number.parseInt(version.split('.')[part] ?? '', 10) || 0);
  const [left, right] = [numbers(a), numbers(b)];
  for (let part = 0; part < 3; part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
