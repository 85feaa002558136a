import type { RefusedSender } from '@shared/domain';
import type { Clock } from '../host-environment';

const MOST_ENTRIES = 200;
/** A peer that hammers is one line that counts up, not a storm of events. */
const QUIET_MS = 1000;

interface Entry {
  sender: RefusedSender;
  toldAt: number | undefined;
}

/** The callers refused in this run, for "allow this sender". Texts come from the network: bounded and printable here. */
export class RefusedSenders {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly clock: Clock,
    private readonly tell: (sender: RefusedSender) => void,
  ) {}

  add(facts: Pick<RefusedSender, 'aeTitle' | 'calledAeTitle' | 'host' | 'reason' | 'canAllow'>): void {
    const aeTitle = printable(facts.aeTitle);
    const calledAeTitle = printable(facts.calledAeTitle);
    const key = JSON.stringify([aeTitle, calledAeTitle, facts.host]);
    const at = new Date(this.clock.now()).toISOString();
    const known = this.entries.get(key);
    const sender: RefusedSender = { ...facts, aeTitle, calledAeTitle, count: (known?.sender.count ?? 0) + 1, firstAt: known?.sender.firstAt ?? at, lastAt: at };
    const now = this.clock.monotonic();
    const isQuiet = known?.toldAt !== undefined && now - known.toldAt < QUIET_MS;
    this.entries.delete(key);
    this.entries.set(key, { sender, toldAt: isQuiet ? known.toldAt : now });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= MOST_ENTRIES) break;
      this.entries.delete(oldest);
    }
    if (!isQuiet) this.tell(sender);
  }

  /** Newest first. */
  list(): RefusedSender[] {
    return [...this.entries.values()].map((entry) => entry.sender).reverse();
  }

  forget(aeTitle: string, host: string): void {
    for (const [key, { sender }] of this.entries) {
      if (sender.aeTitle === aeTitle && (host === '*' || sender.host === host)) this.entries.delete(key);
    }
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 16);
}
