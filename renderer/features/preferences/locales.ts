/** Languages of dates and numbers that are offered; `Intl` knows them all. */
const OFFERED = [
  'ar',
  'cs-CZ',
  'da-DK',
  'de-AT',
  'de-CH',
  'de-DE',
  'el-GR',
  'en-AU',
  'en-CA',
  'en-GB',
  'en-US',
  'es-ES',
  'es-MX',
  'et-EE',
  'fi-FI',
  'fr-CA',
  'fr-CH',
  'fr-FR',
  'he-IL',
  'hi-IN',
  'hu-HU',
  'it-IT',
  'ja-JP',
  'ko-KR',
  'lt-LT',
  'lv-LV',
  'nb-NO',
  'nl-BE',
  'nl-NL',
  'pl-PL',
  'pt-BR',
  'pt-PT',
  'ro-RO',
  'ru-RU',
  'sk-SK',
  'sl-SI',
  'sv-SE',
  'th-TH',
  'tr-TR',
  'uk-UA',
  'zh-CN',
  'zh-TW',
] as const;

/** Each by its own name, those that this machine can write. */
export function localeOptions(): { readonly value: string; readonly text: string }[] {
  const known = Intl.DateTimeFormat.supportedLocalesOf([...OFFERED]);
  const named = known.map((value) => ({ value, text: nameOf(value) }));
  return [{ value: '', text: 'as this computer' }, ...named.sort((a, b) => a.text.localeCompare(b.text))];
}

function nameOf(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
