/** The first of the candidates that names a locale for `Intl` ("C" and "POSIX" of a bare Linux do not), else plain English. */
export function usableLocale(...candidates: readonly string[]): string {
  for (const candidate of candidates) {
    try {
      const [locale] = Intl.DateTimeFormat.supportedLocalesOf([candidate]);
      if (locale !== undefined) return locale;
    } catch {
      // not a language tag: the next one
    }
  }
  return 'en';
}
