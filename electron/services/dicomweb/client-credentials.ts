import { z } from 'zod';
import { readText } from './read-answer';
import { AccessProblem, statusFailure, urlProblem, type WebClient } from './web-client';

/** A client of OAuth 2.0 that stands for the station itself. */
export interface OauthClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
}

const TokenAnswer = z.object({ access_token: z.string().min(1).max(100_000), expires_in: z.number().positive().optional() });
const ErrorAnswer = z.object({ error: z.string() });
const MOST_BYTES = 100_000;

/** A token by client credentials (RFC 6749 4.4). Rejects with AccessProblem in words, never with a secret in them. */
export async function fetchToken(
  { tokenUrl, clientId, clientSecret, scope }: OauthClient,
  signal: AbortSignal,
  web: WebClient,
): Promise<z.infer<typeof TokenAnswer>> {
  const problem = urlProblem(tokenUrl);
  if (problem !== undefined) throw new AccessProblem(`the URL of the token service: ${problem}`, false);
  const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, ...(scope !== undefined && { scope }) };
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const request = {
    method: 'POST',
    path: '',
    accept: 'application/json',
    contentType: 'application/x-www-form-urlencoded',
    contentLength: body.length,
  } as const;
  const answer = await web.ask({ name: 'the token service', url: tokenUrl }, { ...request, body: () => once(body) }, signal);
  if ('failure' in answer) throw new AccessProblem(answer.failure.words, answer.failure.isTransient);
  const text = await readText(answer.response, MOST_BYTES);
  const refused = refusalWords(text, clientId);
  if (refused !== undefined) throw new AccessProblem(refused, false);
  const failure = statusFailure('the token service', answer.response.statusCode ?? 0);
  if (failure !== undefined) throw new AccessProblem(failure.words, failure.isTransient);
  const parsed = TokenAnswer.safeParse(safeJson(text));
  if (!parsed.success) throw new AccessProblem('the token service answered without a token', false);
  return parsed.data;
}

/** RFC 6749 5.2: what is to be set right here or there; undefined: it does not say, or something else. Its own description is not repeated: nobody knows what stands in it. */
function refusalWords(text: string, clientId: string): string | undefined {
  const error = ErrorAnswer.safeParse(safeJson(text)).data?.error;
  switch (error) {
    case 'invalid_client':
      return `the token service does not take client "${clientId}" with this secret: one of the two is wrong, or the secret has expired`;
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return `the token service gives client "${clientId}" no token by client credentials`;
    case 'invalid_scope':
      return `the token service does not give client "${clientId}" the scope that is asked for`;
    default:
      return undefined;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
