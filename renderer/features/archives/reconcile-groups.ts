import { Ban, GitBranch, ImagePlus, Replace, Trash2, UserPen } from '@lucide/vue';
import { isConflict, type ReconcileItem, type ReconcileKind } from '@shared/domain';
import type { Component } from 'vue';

export interface ReconcileGroup {
  readonly id: string;
  readonly title: string;
  readonly icon: Component;
  readonly items: readonly ReconcileItem[];
}

const KINDS: readonly { readonly kind: ReconcileKind; readonly title: string; readonly icon: Component }[] = [
  { kind: 'rejected', title: 'Rejected', icon: Ban },
  { kind: 'reidentified', title: 'Re-identified', icon: UserPen },
  { kind: 'replaced', title: 'Replaced, same UID', icon: Replace },
  { kind: 'newObjects', title: 'New images', icon: ImagePlus },
  { kind: 'missing', title: 'No longer there, without a rejection note', icon: Trash2 },
];

/** Rows as they stand on the screen: conflicts first, then by kind. */
export function groupsOf(items: readonly ReconcileItem[]): ReconcileGroup[] {
  return [
    { id: 'conflict', title: 'Conflict with unsent work', icon: GitBranch, items: items.filter(isConflict) },
    ...KINDS.map(({ kind, title, icon }) => ({ id: kind, title, icon, items: items.filter((item) => item.kind === kind && !isConflict(item)) })),
  ];
}

export type ReconcileFilter = 'all' | 'choice' | 'unsent';

/**
 * The rows of a filter. One that is selected stays until another is, though its choice was made meanwhile: the next key would choose for another patient's study
 * otherwise.
 */
export function rowsOf(items: readonly ReconcileItem[], only: ReconcileFilter, selectedId: string): readonly ReconcileItem[] {
  switch (only) {
    case 'all':
      return items;
    case 'choice':
      return items.filter((item) => item.id === selectedId || (item.choice === undefined && item.applied === undefined));
    case 'unsent':
      return items.filter((item) => item.id === selectedId || item.unsent > 0);
  }
}
