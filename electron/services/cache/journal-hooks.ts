/** What the journal asks of, and tells to, those around it. */
export interface JournalHooks {
  /** More objects than the one being synced are on their way in: the loop has better things to do than to wait for the disk. */
  othersArrive(): boolean;
  /** No free segment is left: records must become files for one to be used anew. */
  onShort(): void;
  /** Files cannot be made at the moment: no segment will be free soon, and senders are told so instead of being left to wait. */
  isStuck(): boolean;
}
