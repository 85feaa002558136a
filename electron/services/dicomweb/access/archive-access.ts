import type { AccessState, KnownNode, RemoteNode } from '@shared/domain';
import { z } from 'zod';
import type { Clock } from '../../host-environment';
import type { Logger } from '../../logging/logger';
import { type SecretStore, SecretsUnavailable } from '../../secrets';
import { fetchToken } from '../client-credentials';
import { AccessProblem, type Authorization, createWebClient, type WebClient, type WebTls } from '../web-client';
import { type OidcClient, refresh, revoke, signIn, type Tokens } from './oidc';

type Accessible = Pick<RemoteNode, 'name' | 'url' | 'access'>;
type SignInNode = Accessible & { readonly url: string; readonly access: Extract<NonNullable<RemoteNode['access']>, { kind: 'signIn' }> };

export interface ArchiveAccesses {
  /** For the client of archives. An archive without access of its own gets none. */
  readonly authorization: Authorization;
  /** How it stands, as far as it is known without opening a secret; undefined: the archive asks for none. */
  state(node: Accessible): AccessState | undefined;
  /** A person signs in, in the browser of the system. Resolves when access is there, with the name of who signed in; rejects with AccessProblem in words. */
  signIn(node: Accessible, signal: AbortSignal): Promise<string>;
  /** Forgets it here, and tells the provider where that can be reached. */
  signOut(node: Accessible, signal: AbortSignal): Promise<void>;
  /** The client's secret; empty: it is forgotten. */
  setSecret(node: Accessible, secret: string): Promise<void>;
  /** Secrets of archives that are not in the settings any more are forgotten. */
  forgetUnknown(): Promise<void>;
  close(): void;
}

export interface ArchiveAccessParts {
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tls: WebTls;
  nodes(): readonly KnownNode[];
  openBrowser(url: string): void;
  /** The state of an archive's access is another one. */
  onChanged(): void;
  /** Somebody must sign in again, or enter a secret. */
  onNeeded(node: string, words: string): void;
  /** Nobody must any more: access is there, or the archive is not. */
  onSettled(node: string): void;
}

/** A token that ends so soon is not used any more: the request may take its time. */
const SPARE_MS = 60_000;
const WITHOUT_END_MS = 300_000;
const ASK_MS = 60_000;
const Kept = z.object({ refreshToken: z.string(), user: z.string().optional() });

interface Known {
  readonly header: string;
  readonly endsAtMs: number;
  readonly user: string | undefined;
}

/**
 * Access to archives by DICOMweb. What is kept belongs to one archive at one address with one client: another URL, issuer or client is another access, so a token never goes to where it was
 * not meant for.
 */
export function createArchiveAccesses(parts: ArchiveAccessParts): ArchiveAccesses {
  return new Accesses(parts);
}

class Accesses implements ArchiveAccesses {
  private readonly tokens = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Known>>();
  /** Archives of which it was said that somebody must act, by their access. */
  private readonly told = new Map<string, string>();
  private readonly web: WebClient;

  constructor(private readonly parts: ArchiveAccessParts) {
    this.web = createWebClient(undefined, parts.tls);
  }

  readonly authorization: Authorization = async (name, signal, refused) => {
    const node = this.parts.nodes().find((each) => each.name === name);
    if (node?.access === undefined) return undefined;
    const key = keyOf(node);
    const known = this.tokens.get(key);
    if (known !== undefined && known.header !== refused && known.endsAtMs - SPARE_MS > this.parts.clock.monotonic()) return known.header;
    this.tokens.delete(key);
    // one question at a time: a refresh token may count once
    let asking = this.asking.get(key);
    if (asking === undefined) {
      asking = this.fetch(node, AbortSignal.timeout(ASK_MS)).finally(() => this.asking.delete(key));
      this.asking.set(key, asking);
    }
    const { header } = await asking;
    signal.throwIfAborted();
    return header;
  };

  state(node: Accessible): AccessState | undefined {
    if (node.access === undefined) return undefined;
    const names = this.parts.secrets.names();
    if (node.access.kind === 'client') {
      return names.includes(`client ${keyOf(node)}`)
        ? { state: 'secretKept', words: `The secret of ${node.access.clientId} is kept.` }
        : { state: 'secretNeeded', words: `The secret of ${node.access.clientId} is not here: enter it.` };
    }
    const known = this.tokens.get(keyOf(node));
    const isKept = names.includes(`refresh ${keyOf(node)}`);
    if (!isKept && known === undefined) return { state: 'signInNeeded', words: 'Nobody is signed in.' };
    const who = known?.user === undefined ? 'Signed in' : `Signed in as ${known.user}`;
    return { state: 'signedIn', words: isKept ? `${who}.` : `${who}, until the access ends: the service gave nothing to renew it with.` };
  }

  async signIn(given: Accessible, signal: AbortSignal): Promise<string> {
    const node = signInNode(given);
    const tokens = await signIn({ web: this.web, signal }, await this.client(node), (url) => this.parts.openBrowser(url));
    await this.keep(node, tokens);
    this.parts.onChanged();
    return tokens.user ?? '';
  }

  async signOut(given: Accessible, signal: AbortSignal): Promise<void> {
    const node = signInNode(given);
    const kept = await this.refreshToken(node).catch(() => undefined);
    await this.forget(node);
    if (kept === undefined) return;
    // RFC 7009: polite, and no reason to stay signed in here
    await revoke({ web: this.web, signal }, await this.client(node), kept.refreshToken).catch((error: unknown) =>
      this.parts.log.info({ reason: error instanceof Error ? error.message : '' }, 'the sign-in service was not told of a sign-out'),
    );
  }

  async setSecret(node: Accessible, secret: string): Promise<void> {
    if (node.access === undefined) throw new AccessProblem('this archive has no client of OAuth 2.0', false);
    this.tokens.delete(keyOf(node));
    this.settled(keyOf(node));
    await (secret === '' ? this.parts.secrets.forget(`client ${keyOf(node)}`) : this.parts.secrets.set(`client ${keyOf(node)}`, secret));
    this.parts.onChanged();
  }

  async forgetUnknown(): Promise<void> {
    const keys = new Set(this.parts.nodes().map(keyOf));
    for (const key of [...this.told.keys()]) if (!keys.has(key)) this.settled(key);
    const known = new Set(this.parts.nodes().flatMap((node) => (node.access === undefined ? [] : [`client ${keyOf(node)}`, `refresh ${keyOf(node)}`])));
    for (const name of this.parts.secrets.names()) if (/^(client|refresh) /.test(name) && !known.has(name)) await this.parts.secrets.forget(name);
  }

  close(): void {
    this.web.close();
  }

  private async fetch(node: KnownNode, signal: AbortSignal): Promise<Known> {
    const { access } = node;
    try {
      if (access?.kind === 'client') {
        const clientSecret = await this.parts.secrets.get(`client ${keyOf(node)}`);
        if (clientSecret === undefined) throw new AccessProblem(`the secret of ${access.clientId} is not here: enter it in the settings of the archive`, false);
        const { access_token: accessToken, expires_in: expiresIn } = await fetchToken({ ...access, clientSecret }, signal, this.web);
        return this.remember(node, { accessToken, expiresIn, refreshToken: undefined, user: undefined });
      }
      const kept = await this.refreshToken(node);
      if (kept === undefined) throw new AccessProblem('nobody is signed in: sign in, in the settings of the archive', false);
      const tokens = await refresh({ web: this.web, signal }, await this.client(signInNode(node)), kept.refreshToken);
      return await this.keep(node, { ...tokens, user: tokens.user ?? kept.user }, kept.refreshToken);
    } catch (error) {
      if (error instanceof SecretsUnavailable) throw new AccessProblem(error.message, true);
      if (error instanceof AccessProblem && !error.isTransient) await this.ended(node, error);
      throw error;
    }
  }

  /** A person must act: said once until something has changed. */
  private async ended(node: KnownNode, { message: words, isOver }: AccessProblem): Promise<void> {
    const key = keyOf(node);
    if (isOver) await this.forget(node);
    if (this.told.has(key)) return;
    this.told.set(key, node.name);
    this.parts.onNeeded(node.name, words);
  }

  private async keep(node: Accessible, tokens: Tokens, before?: string): Promise<Known> {
    const { refreshToken = before, user } = tokens;
    const known = this.remember(node, tokens);
    // a provider that rotates them takes the old one no more: the new one is on the disk before anything else happens
    if (refreshToken !== undefined && refreshToken !== before)
      await this.parts.secrets.set(`refresh ${keyOf(node)}`, JSON.stringify({ refreshToken, ...(user !== undefined && { user }) }));
    return known;
  }

  private remember(node: Accessible, { accessToken, expiresIn, user }: Tokens): Known {
    const endsAtMs = this.parts.clock.monotonic() + (expiresIn === undefined ? WITHOUT_END_MS : expiresIn * 1000);
    const known = { header: `Bearer ${accessToken}`, endsAtMs, user };
    this.tokens.set(keyOf(node), known);
    this.settled(keyOf(node));
    return known;
  }

  private settled(key: string): void {
    const node = this.told.get(key);
    if (this.told.delete(key) && node !== undefined) this.parts.onSettled(node);
  }

  private async refreshToken(node: Accessible): Promise<z.infer<typeof Kept> | undefined> {
    const text = await this.parts.secrets.get(`refresh ${keyOf(node)}`);
    return text === undefined ? undefined : Kept.parse(JSON.parse(text));
  }

  private async forget(node: Accessible): Promise<void> {
    this.tokens.delete(keyOf(node));
    await this.parts.secrets.forget(`refresh ${keyOf(node)}`);
    this.parts.onChanged();
  }

  /** Most stations are public clients; a secret that was entered is used. */
  private async client(node: SignInNode): Promise<OidcClient> {
    const { issuer, clientId, scope } = node.access;
    return { issuer, clientId, scope, clientSecret: await this.parts.secrets.get(`client ${keyOf(node)}`) };
  }
}

function signInNode(node: Accessible): SignInNode {
  const { url, access } = node;
  if (url === undefined || access?.kind !== 'signIn') throw new AccessProblem(`${node.name} has no sign-in`, false);
  return { ...node, url, access };
}

/** Where a token may go, and from whom it comes. */
function keyOf({ url, access }: Accessible): string {
  return JSON.stringify([url, access?.kind, access?.kind === 'client' ? access.tokenUrl : access?.issuer, access?.clientId]);
}
