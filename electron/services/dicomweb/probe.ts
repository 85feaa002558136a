import type { NodeTest } from '@shared/domain';
import { dropAnswer } from './read-answer';
import { statusFailure, type WebClient, type WebTarget } from './web-client';

const NOBODY = '2.25.0';

/** What a DICOMweb service offers, found by asking for little or nothing. Never rejects. */
export async function testWeb(client: WebClient, target: WebTarget, signal: AbortSignal, monotonic: () => number): Promise<NodeTest> {
  const began = monotonic();
  const status = async (path: string, method: 'GET' | 'POST', accept: string): Promise<number | { words: string; outcome: NodeTest['outcome'] }> => {
    const contentType = method === 'POST' ? { contentType: 'multipart/related; type="application/dicom"; boundary=nothing', contentLength: 0 } : {};
    const answer = await client.ask(target, { method, path, accept, ...contentType }, signal);
    if ('failure' in answer)
      return {
        words: answer.failure.words,
        outcome:
          answer.failure.code === 'ECONNREFUSED'
            ? 'connectionRefused'
            : answer.failure.cause === 'rejected'
              ? 'refused'
              : answer.failure.code === 'ENOTFOUND'
                ? 'nameUnknown'
                : 'unreachable',
      };
    dropAnswer(answer.response);
    return answer.response.statusCode ?? 0;
  };
  const result = (outcome: NodeTest['outcome'], words: string, offers: string[]): NodeTest => ({
    ...{ outcome, words, offers },
    elapsedMs: Math.round(monotonic() - began),
    storageClasses: 0,
    storageClassesProposed: 0,
  });
  const qido = await status('/studies?limit=1', 'GET', 'application/dicom+json');
  if (typeof qido !== 'number') return result(qido.outcome, qido.words, []);
  const failure = statusFailure(target.name, qido);
  if (failure?.cause === 'rejected') return result('refused', failure.words, []);
  const offers = failure === undefined ? ['QIDO-RS'] : [];
  // an unknown study is "not found" where the service is known, and so is an unknown service: both offer it when queries are there
  const wado = await status(`/studies/${NOBODY}`, 'GET', 'multipart/related; type="application/dicom"');
  if (typeof wado === 'number' && offers.length > 0 && wado !== 405 && wado !== 501) offers.push('WADO-RS');
  const metadata = await status(`/studies/${NOBODY}/metadata`, 'GET', 'application/dicom+json');
  if (typeof metadata === 'number' && offers.length > 0 && metadata !== 405 && metadata !== 406 && metadata !== 501) offers.push('WADO-RS metadata');
  const stow = await status('/studies', 'POST', 'application/dicom+json');
  if (typeof stow === 'number' && stow !== 404 && stow !== 405 && stow !== 501 && stow !== 403) offers.push('STOW-RS');
  if (offers.length === 0) return result('noContext', failure?.words ?? `${target.name} offers no DICOMweb service at this address.`, []);
  return result('reachable', `${target.name} is reachable and offers ${offers.join(', ')}.`, offers);
}
