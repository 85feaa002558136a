import type { Component } from 'vue';

/** One line of a menu. `checked` makes it a tick box; a divider has the id `-`. */
export interface MenuEntry {
  readonly id: string;
  readonly text: string;
  readonly keys?: string | undefined;
  readonly hint?: string | undefined;
  readonly icon?: Component | undefined;
  readonly checked?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}
