import { Ban, GitBranch, ImagePlus, Replace, Trash2, UserPen } from '@lucide/vue';
import type { ReconcileItem, ReconcileKind } from '@shared/domain';
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

/** What is done about it touches work that is not sent. */
export function isConflict(item: ReconcileItem): boolean {
  return item.unsent > 0 && item.kind !== 'newObjects';
}

/** Rows as they stand on the screen: conflicts first, then by kind. */
export function groupsOf(items: readonly ReconcileItem[]): ReconcileGroup[] {
  return [
    { id: 'conflict', title: 'Conflict with unsent work', icon: GitBranch, items: items.filter(isConflict) },
    ...KINDS.map(({ kind, title, icon }) => ({ id: kind, title, icon, items: items.filter((item) => item.kind === kind && !isConflict(item)) })),
  ];
}
