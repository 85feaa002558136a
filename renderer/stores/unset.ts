/** A settings document that nobody has written yet: nothing, or the empty one that the services hand out for it. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
