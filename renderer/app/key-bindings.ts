import { KEY_TABLE, keyConflicts, type KeyRule, printedKey } from './keys';

type Overrides = Readonly<Record<string, readonly string[]>>;

/** The key table with the user's own keys. Keys of commands that there are no more are left out. */
export function boundTable(overrides: Overrides): readonly KeyRule[] {
  return KEY_TABLE.map((rule) => {
    const own = overrides[rule.id];
    return own === undefined ? rule : { ...rule, keys: own };
  });
}

/** Keys that cannot be given away: without them nobody finds back, the page needs them itself, or the system closes the window with them. */
const KEPT = new Set(['Escape', 'Tab', 'Shift+Tab', 'Enter', 'Ctrl+K', '?', 'Alt+F4']);

/** Whether a key means something by itself: modifiers alone do not. */
export function canBind(key: string): boolean {
  return !KEPT.has(key) && !/(^|\+)(Control|Shift|Alt|Meta|Dead|Process|Unidentified|CapsLock|AltGraph)$/.test(key);
}

/** The command that has this key where `rule` holds, other than `rule` itself. */
export function conflictOf(rule: Pick<KeyRule, 'id' | 'scope'>, key: string, overrides: Overrides): KeyRule | undefined {
  const together = (other: KeyRule): boolean => other.scope === rule.scope || other.scope === 'everywhere' || rule.scope === 'everywhere';
  return boundTable(overrides).find((other) => other.id !== rule.id && together(other) && other.keys.includes(key));
}

/** Gives a key to a command, in place of its own ones, and takes it from every other that holds on the same screen. */
export function withKey(rule: Pick<KeyRule, 'id' | 'scope'>, key: string, overrides: Overrides): Record<string, string[]> {
  const next: Record<string, string[]> = Object.fromEntries(Object.entries(overrides).map(([id, keys]) => [id, [...keys]]));
  for (let other = conflictOf(rule, key, next); other !== undefined; other = conflictOf(rule, key, next))
    next[other.id] = other.keys.filter((one) => one !== key);
  next[rule.id] = [key];
  return next;
}

/** The command has its first keys again, as far as no other has them now. */
export function withoutOverride(id: string, overrides: Overrides): Record<string, string[]> {
  const rule = KEY_TABLE.find((one) => one.id === id);
  const next = Object.fromEntries(Object.entries(overrides).flatMap(([other, keys]) => (other === id ? [] : [[other, [...keys]]])));
  if (rule === undefined) return next;
  const free = rule.keys.filter((key) => conflictOf(rule, key, next) === undefined);
  return free.length === rule.keys.length ? next : { ...next, [id]: free };
}

/** Why a table of keys cannot be taken: keys that are kept, that are none, or that two commands of one screen would share. Undefined: it can. */
export function keyProblem(overrides: Overrides): string | undefined {
  const known = new Set(KEY_TABLE.map((rule) => rule.id));
  for (const [id, keys] of Object.entries(overrides)) {
    const first = KEY_TABLE.find((rule) => rule.id === id)?.keys ?? [];
    const bad = keys.find((key) => !canBind(key) && !first.includes(key));
    if (known.has(id) && bad !== undefined) return `${printedKey(bad)} cannot be given away`;
  }
  const [conflict] = keyConflicts(boundTable(overrides));
  return conflict === undefined ? undefined : `two commands would share a key: ${conflict}`;
}
