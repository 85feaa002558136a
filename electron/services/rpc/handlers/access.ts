import { CallError, type Handlers } from '@shared/contract';
import type { KnownNode } from '@shared/domain';
import { AccessProblem } from '../../dicomweb';
import { SecretsUnavailable } from '../../secrets';
import type { ServiceParts } from '../service-parts';

type AccessHandlers = Pick<
  Handlers<'services'>,
  'archive.signIn' | 'archive.signOut' | 'archive.setSecret' | 'secrets.status' | 'tls.status' | 'tls.keepKey' | 'tls.forgetKey'
>;

export function accessHandlers({ tls, nodes, accesses, secrets, index, env, archiving, watch }: ServiceParts): AccessHandlers {
  /** What waited for access goes on. */
  const goOn = ({ name }: KnownNode): void => {
    archiving.outbox.retryNode(name);
    void watch.tryNow(name);
  };
  return {
    'archive.signIn': async ({ node }, { actor, signal }) => {
      const known = nodes.byName(node);
      const user = await inWords(accesses.signIn(known, signal));
      // DICOM PS3.15 A.5.3.11, User Authentication: after the fact
      index.audit({ atMs: env.clock.now(), user: actor.user, action: 'archive.signedIn', outcome: 'allowed', detail: `${node} as ${user}` });
      goOn(known);
      return { user };
    },
    'archive.signOut': async ({ node }, { signal }) => {
      await inWords(accesses.signOut(nodes.byName(node), signal));
      return {};
    },
    'archive.setSecret': async ({ node, secret }) => {
      const known = nodes.byName(node);
      await inWords(accesses.setSecret(known, secret));
      if (secret !== '') goOn(known);
      return {};
    },
    'secrets.status': () => secrets.status(),
    'tls.status': () => tls.status(env.clock.now()),
    'tls.keepKey': async ({ file, passphrase }) => {
      try {
        await tls.keepKey(file, passphrase);
      } catch (error) {
        throw new CallError('badRequest', error instanceof Error ? error.message : String(error));
      }
      return {};
    },
    'tls.forgetKey': async () => {
      await tls.forgetKey();
      return {};
    },
  };
}

async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AccessProblem) throw new CallError('denied', sentence(error.message));
    if (error instanceof SecretsUnavailable) throw new CallError('denied', error.message);
    throw error;
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`;
}
