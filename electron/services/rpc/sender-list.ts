import { CallError } from '@shared/contract';
import { AcceptedSender } from '@shared/domain';
import { z } from 'zod';
import type { Settings } from '../settings';

const Senders = z.object({ accepted: z.array(AcceptedSender), acceptUnknownSopClasses: z.boolean().optional() });

export interface SenderList {
  all(): AcceptedSender[];
  allow(aeTitle: string, host: string): void;
  forget(aeTitle: string, host: string): void;
  /** Whether objects of SOP classes outside the standard's table are taken from accepted senders. */
  takesUnknownClasses(): boolean;
  takeUnknownClasses(take: boolean): void;
}

/** Accepted senders: those of the settings, and those of the command line for this run. */
export function createSenderList(settings: Settings, ofThisRun: readonly { readonly aeTitle: string; readonly host: string }[]): SenderList {
  const run: AcceptedSender[] = ofThisRun.map(({ aeTitle, host }) => ({ aeTitle, host, source: 'run' }));
  const document = () => Senders.parse(settings.value('senders'));
  const kept = (): AcceptedSender[] => document().accepted;
  const keep = (accepted: AcceptedSender[]): void => settings.set('senders', { ...document(), accepted });
  const same = (aeTitle: string, host: string) => (sender: AcceptedSender) => sender.aeTitle === aeTitle && sender.host === host;
  return {
    all: () => [...kept(), ...run],
    allow(aeTitle, host) {
      const title = aeTitle.trim();
      // PS3.5 6.2, VR AE: no backslash, no control characters; an AE title of spaces only is none.
      if (!/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(title)) throw new CallError('badRequest', 'an AE title has 1 to 16 characters, without backslash');
      if (!kept().some(same(title, host.trim()))) keep([...kept(), { aeTitle: title, host: host.trim(), source: 'settings' }]);
    },
    forget(aeTitle, host) {
      if (run.some(same(aeTitle, host))) throw new CallError('badRequest', 'this sender was given on the command line: it is forgotten at the end of this run');
      keep(kept().filter((sender) => !same(aeTitle, host)(sender)));
    },
    takesUnknownClasses: () => document().acceptUnknownSopClasses ?? false,
    takeUnknownClasses: (take) => settings.set('senders', { ...document(), acceptUnknownSopClasses: take }),
  };
}
