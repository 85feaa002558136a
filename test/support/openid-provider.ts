import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Parameters of every request to the authorization endpoint, in order. */
  readonly asked: URLSearchParams[];
  /** Grants that the token endpoint answered, in order. */
  readonly grants: string[];
  /** An access token that it gave and that has not ended. */
  isValid(token: string): Promise<boolean>;
  /** A person with a browser: signs in and consents (or not), and follows the redirect back to the station. Resolves with the page that is shown in the end. */
  visit(url: string, how?: 'signsIn' | 'refuses'): Promise<{ readonly status: number; readonly text: string; readonly url: string }>;
  /** Takes an access token back, and with it the sign-in. */
  revoke(token: string): Promise<void>;
  /** Nothing answers any more at its address, until `resume`. */
  pause(): void;
  resume(): void;
}

/** A real OpenID provider (panva's oidc-provider) on loopback, with one public native client `station` and one confidential `robot` (secret `hush`). */
export async function startOpenIdProvider(accessTokenSeconds = 3600): Promise<OpenIdProvider> {
  let isAway = false;
  const asked: URLSearchParams[] = [];
  const grants: string[] = [];
  const answering: { by?: ReturnType<Provider['callback']> } = {};
  const server = createServer((request, response) => {
    if (isAway) return void response.socket?.destroy();
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/auth') asked.push(url.searchParams);
    void answering.by?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'station',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/signed-in'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
      {
        client_id: 'robot',
        client_secret: 'hush',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, preferred_username: sub }) }),
    conformIdTokenClaims: false,
    features: { introspection: { enabled: true, allowedPolicy: () => true }, revocation: { enabled: true }, clientCredentials: { enabled: true } },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    scopes: ['openid', 'offline_access', 'profile', 'dicom'],
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      Grant: 86_400,
      IdToken: 3600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 86_400,
      AuthorizationCode: 60,
    },
    cookies: { keys: ['of these tests alone'] },
  });
  provider.on('grant.success', (context) => void grants.push(String(context.oidc.params?.['grant_type'])));
  answering.by = provider.callback();
  return {
    issuer,
    asked,
    grants,
    async isValid(token) {
      const body = new URLSearchParams({ token, client_id: 'robot', client_secret: 'hush' });
      const answer = (await (await fetch(`${issuer}/token/introspection`, { method: 'POST', body })).json()) as { active?: boolean };
      return answer.active === true;
    },
    async revoke(token) {
      await fetch(`${issuer}/token/revocation`, { method: 'POST', body: new URLSearchParams({ token, client_id: 'station' }) });
    },
    visit: (url, how = 'signsIn') => browse(issuer, url, how),
    pause: () => void (isAway = true),
    resume: () => void (isAway = false),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Cookies, redirects and the provider's own forms: what a browser does of it. */
async function browse(issuer: string, start: string, how: 'signsIn' | 'refuses'): Promise<{ status: number; text: string; url: string }> {
  const jar = new Map<string, string>();
  let [url, method, body]: [string, string, string | undefined] = [start, 'GET', undefined];
  for (let step = 0; step < 20; step++) {
    const own = url.startsWith(issuer);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response: Response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...(own && cookie !== '' && { cookie }), ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(body !== undefined && { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (pair.slice(at + 1) === '') jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await response.text();
    const next = response.headers.get('location');
    if (next !== null) {
      [url, method, body] = [new URL(next, url).href, 'GET', undefined];
      continue;
    }
    if (!own) return { status: response.status, text, url };
    const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1];
    if (action === undefined) return { status: response.status, text, url };
    if (how === 'refuses') {
      [url, method, body] = [`${new URL(action, url).href.replace(/\/(login|confirm)$/, '')}/abort`, 'GET', undefined];
      continue;
    }
    const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1] ?? '';
    [url, method, body] = [new URL(action, url).href, 'POST', new URLSearchParams({ prompt, login: 'reader', password: 'any' }).toString()];
  }
  throw new Error('the provider never came to an end');
}
