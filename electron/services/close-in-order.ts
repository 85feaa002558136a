/** Closes what was opened, the last first. What one cannot end in order is no reason to leave the others open: rejects with the first fault once all were asked. */
export async function closeInOrder(opened: (() => Promise<void> | void)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const close of opened.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}
