import * as oauth from 'oauth4webapi';
import { readText } from '../read-answer';
import { AccessProblem, urlProblem, type WebClient } from '../web-client';
import { hearRedirect } from './loopback';

/** An OpenID provider and what this station is to it. */
export interface OidcClient {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, as most stations are. */
  readonly clientSecret: string | undefined;
  readonly scope: string | undefined;
}

export interface Tokens {
  readonly accessToken: string;
  /** Seconds; undefined: the provider does not say. */
  readonly expiresIn: number | undefined;
  /** Undefined: the provider gave none, or the one before still stands. */
  readonly refreshToken: string | undefined;
  /** Who signed in, as the provider calls them. */
  readonly user: string | undefined;
}

export interface OidcParts {
  /** Without an Authorization of its own; limits, certificates and no redirects as for archives. */
  readonly web: WebClient;
  readonly signal: AbortSignal;
}

const SIGN_IN_MS = 300_000;
const MOST_BYTES = 1_000_000;
/** RFC 6749 5.2, RFC 6750: the refresh token is worth nothing any more. */
const OVER = new Set(['invalid_grant', 'invalid_token', 'interaction_required', 'login_required', 'consent_required']);

/**
 * A person signs in at the provider, in the browser of the system: OpenID Connect authorization code flow with PKCE S256 (RFC 7636), state and nonce. Rejects with
 * AccessProblem in words.
 */
export async function signIn(parts: OidcParts, client: OidcClient, openBrowser: (url: string) => void): Promise<Tokens> {
  return await inWords(async () => {
    const provider = await discover(parts, client);
    const [state, nonce, verifier] = [oauth.generateRandomState(), oauth.generateRandomNonce(), oauth.generateRandomCodeVerifier()];
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    const page = endpoint(provider.authorization_endpoint, 'sign-in page');
    let redirectUri = '';
    const open = (uri: string): void => {
      redirectUri = uri;
      const asked = {
        client_id: client.clientId,
        response_type: 'code',
        redirect_uri: uri,
        scope: scopeOf(client),
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        // OpenID Connect Core 11: without it no refresh token is given
        ...(scopeOf(client).includes('offline_access') && { prompt: 'consent' }),
      };
      for (const [name, value] of Object.entries(asked)) page.searchParams.set(name, value);
      openBrowser(page.href);
    };
    const answer = await hearRedirect({ state, timeoutMs: SIGN_IN_MS, open }, parts.signal);
    const { who, how } = identity(provider, client);
    const checked = oauth.validateAuthResponse(provider, who, answer, state);
    const response = await oauth.authorizationCodeGrantRequest(provider, who, how, checked, redirectUri, verifier, options(parts));
    // the identity token came from the provider itself over TLS: OpenID Connect Core 3.1.3.7, 6
    return tokensOf(await oauth.processAuthorizationCodeResponse(provider, who, response, { expectedNonce: nonce, requireIdToken: true }));
  });
}

/** New tokens for a refresh token. Rejects with AccessProblem: `isTransient` false means that a person must sign in again. */
export async function refresh(parts: OidcParts, client: OidcClient, refreshToken: string): Promise<Tokens> {
  return await inWords(async () => {
    const provider = await discover(parts, client);
    const { who, how } = identity(provider, client);
    const response = await oauth.refreshTokenGrantRequest(provider, who, how, refreshToken, options(parts));
    return tokensOf(await oauth.processRefreshTokenResponse(provider, who, response));
  });
}

/** Tells the provider that a refresh token is not used any more (RFC 7009), where it wants to know. Rejects in words. */
export async function revoke(parts: OidcParts, client: OidcClient, refreshToken: string): Promise<void> {
  await inWords(async () => {
    const provider = await discover(parts, client);
    if (provider.revocation_endpoint === undefined) return;
    const { who, how } = identity(provider, client);
    await oauth.processRevocationResponse(await oauth.revocationRequest(provider, who, how, refreshToken, options(parts)));
  });
}

function scopeOf({ scope }: OidcClient): string {
  const wanted = (scope ?? 'offline_access').split(/\s+/).filter((part) => part !== '');
  return [...new Set(['openid', ...wanted])].join(' ');
}

async function discover(parts: OidcParts, { issuer }: OidcClient): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: 'oidc', ...options(parts) }));
}

function identity(provider: oauth.AuthorizationServer, { clientId, clientSecret }: OidcClient): { who: oauth.Client; how: oauth.ClientAuth } {
  const ways = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const secret = (text: string): oauth.ClientAuth => (ways.includes('client_secret_basic') ? oauth.ClientSecretBasic(text) : oauth.ClientSecretPost(text));
  return { who: { client_id: clientId }, how: clientSecret === undefined ? oauth.None() : secret(clientSecret) };
}

/** A person is sent there: https, or this computer itself, whatever the provider says of itself. */
function endpoint(address: string | undefined, what: string): URL {
  const problem = address === undefined ? 'it names none' : urlProblem(address);
  if (problem !== undefined || address === undefined) throw new AccessProblem(`the ${what} of the sign-in service cannot be used: ${problem ?? ''}`, false);
  return new URL(address);
}

function tokensOf(answer: oauth.TokenEndpointResponse): Tokens {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const user = [claims?.['preferred_username'], claims?.['email'], claims?.['name'], claims?.sub].find((text) => typeof text === 'string' && text !== '');
  return {
    accessToken: answer.access_token,
    expiresIn: answer.expires_in,
    refreshToken: answer.refresh_token,
    user: typeof user === 'string' ? user.slice(0, 200) : undefined,
  };
}

/** The library's own rule knows no loopback: ours is that of `urlProblem`, which every request goes through. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out in a review
const plainToThisComputer: typeof oauth.allowInsecureRequests = oauth.allowInsecureRequests;

type Options = { readonly [plainToThisComputer]: true; readonly signal: AbortSignal } & {
  [oauth.customFetch](url: string, request: { method: string; headers: Record<string, string>; body: URLSearchParams | undefined }): Promise<Response>;
};

/** Requests go by our own client: its limits, authorities and rules (plain http to this computer alone) hold for a provider too. */
function options({ web, signal }: OidcParts): Options {
  return {
    [plainToThisComputer]: true,
    signal,
    async [oauth.customFetch](url, { method, headers, body }) {
      const { origin, pathname, search } = new URL(url);
      const bytes = body === undefined ? undefined : Buffer.from(body.toString(), 'utf8');
      const header = (name: string): string | undefined => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
      const authorization = header('authorization');
      const answer = await web.ask(
        { name: 'the sign-in service', url: origin },
        {
          method: method === 'POST' ? 'POST' : 'GET',
          path: `${pathname}${search}`,
          accept: header('accept') ?? 'application/json',
          ...(authorization !== undefined && { authorization }),
          ...(bytes !== undefined && { contentType: 'application/x-www-form-urlencoded;charset=UTF-8', contentLength: bytes.length, body: () => once(bytes) }),
        },
        signal,
      );
      if ('failure' in answer) throw new AccessProblem(answer.failure.words, answer.failure.isTransient);
      const { response } = answer;
      const status = response.statusCode ?? 500;
      const text = await readText(response, MOST_BYTES);
      if (status >= 500 || status === 429) throw new AccessProblem(`the sign-in service cannot answer now (HTTP ${String(status)})`, true);
      const kept = ['content-type', 'www-authenticate'].flatMap((name) => {
        const value = response.headers[name];
        return typeof value === 'string' ? [[name, value] as [string, string]] : [];
      });
      return new Response(status === 204 || status === 304 ? null : text, { status, headers: kept });
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** What a provider says is text of a stranger: the code of an error stands here, its description only in short. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AccessProblem) throw error;
    if (error instanceof oauth.AuthorizationResponseError)
      throw new AccessProblem(
        error.error === 'access_denied' ? 'the sign-in was refused (access_denied)' : `the sign-in service says ${plain(error.error)}`,
        false,
      );
    if (error instanceof oauth.ResponseBodyError) {
      const isOver = OVER.has(error.error);
      throw new AccessProblem(isOver ? 'the sign-in has ended: sign in again' : `the sign-in service refused us (${plain(error.error)})`, false, isOver);
    }
    if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError)
      throw new AccessProblem(`the sign-in service did not answer as it should (${plain(error.message)})`, false);
    throw new AccessProblem(error instanceof Error ? error.message : String(error), false);
  }
}

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
