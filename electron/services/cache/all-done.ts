/** Throws what went wrong once nothing is on its way any more: until then the buffers are not their owners' again. */
export async function allDone(calls: readonly Promise<void>[]): Promise<void> {
  for (const end of await Promise.allSettled(calls)) if (end.status === 'rejected') throw end.reason;
}
