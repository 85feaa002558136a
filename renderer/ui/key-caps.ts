/** Caps of a printed key: "Ctrl+K" is two, "Alt++" Alt and the plus key. */
export function capsOf(keys: string): string[] {
  if (keys === '+') return ['+'];
  return keys.endsWith('++') ? [...keys.slice(0, -2).split('+'), '+'] : keys.split('+');
}
