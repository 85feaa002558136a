/** Scheme and host of the program's own pages. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'workstation';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const APP_PAGE = `${APP_ORIGIN}/`;

/** In-memory session of all windows: nothing of a patient reaches Chromium's disk caches (reliability.md 5.3). */
export const APP_PARTITION = 'alternator';

const directives: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'img-src': "'self' blob:",
  'font-src': "'self'",
  // Films out of objects, made by the page from bytes that it was handed.
  'media-src': 'blob:',
  'connect-src': "'self'",
  'worker-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  // default: workers of our own origin (renderer/host/trusted-types.ts); vue: made by Vue itself, v-html is forbidden by the linter.
  'trusted-types': 'default vue',
};

export const CONTENT_SECURITY_POLICY = Object.entries(directives)
  .map(([name, value]) => `${name} ${value}`)
  .join('; ');

/** Headers of every answer of the app scheme. COOP and COEP make the page cross-origin isolated (SharedArrayBuffer). */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** True for addresses of our own pages and files; everything else is neither loaded nor navigated to. */
export function isOwnAddress(address: string): boolean {
  return address === APP_ORIGIN || address.startsWith(APP_PAGE);
}
