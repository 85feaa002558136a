/** The part of Chromium's Trusted Types that is used; TypeScript's DOM library does not have it. */
interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

/**
 * The page's policy demands trusted types (reliability.md 5.1 point 7). This default policy lets scripts of our own origin be
 * workers and nothing else: no HTML from strings, no script text. Call it once, before the first worker is made.
 */
export function installTrustedTypes(page: { readonly location: { readonly origin: string; readonly href: string } } & object): void {
  const factory = (page as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  const { origin, href } = page.location;
  factory?.createPolicy('default', {
    createScriptURL(url) {
      const resolved = new URL(url, href);
      if (`${resolved.protocol}//${resolved.host}` !== origin) throw new TypeError('a worker script must be our own');
      return url;
    },
  });
}
