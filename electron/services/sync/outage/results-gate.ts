export interface ResultsGateParts {
  /** It was away, and what changed there meanwhile is not settled. */
  isUnsettled(node: string): boolean;
  /** Results for it may go now. */
  onOpen(node: string): void;
}

/**
 * Results for an archive that was away wait until the studies that they are about were compared: what was re-identified there must not get results of the old
 * patient by itself. A comparison that ends in any way opens the gate: what is found to be in conflict is held by its order, the rest goes.
 */
export class ResultsGate {
  private readonly opened = new Set<string>();

  constructor(private readonly parts: ResultsGateParts) {}

  waits(node: string): boolean {
    return !this.opened.has(node) && this.parts.isUnsettled(node);
  }

  away(node: string): void {
    this.opened.delete(node);
  }

  compared(node: string): void {
    if (this.opened.has(node)) return;
    this.opened.add(node);
    this.parts.onOpen(node);
  }
}
