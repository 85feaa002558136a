import type { PreferenceSection } from '@shared/domain';
import type { Component } from 'vue';

/** One thing that can be set: what the search finds and where it stands (`data-setting` on its row). */
export interface Setting {
  readonly id: string;
  readonly name: string;
  /** Further words that it is found by. */
  readonly words?: string;
}

/** A page of the preferences. Features make them; the application puts them together. */
export interface PreferencePage {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly settings: readonly Setting[];
  /** What "As at first" of this page takes back; empty: the page has its own ways. */
  readonly sections: readonly PreferenceSection[];
  readonly component: Component;
}

/** Every word of the question stands somewhere in the text. */
function holds(text: string, question: string): boolean {
  const within = text.toLocaleLowerCase();
  return question
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => within.includes(word));
}

/** Pages with what of them the question finds; all settings of a page that is found by its own name. An empty question finds every page. */
export function foundPages(pages: readonly PreferencePage[], question: string): { readonly page: PreferencePage; readonly settings: readonly Setting[] }[] {
  const asked = question.trim();
  if (asked === '') return pages.map((page) => ({ page, settings: [] }));
  return pages.flatMap((page) => {
    const settings = page.settings.filter((setting) => holds(`${setting.name} ${setting.words ?? ''} ${page.title}`, asked));
    return settings.length > 0 || holds(page.title, asked) ? [{ page, settings }] : [];
  });
}
