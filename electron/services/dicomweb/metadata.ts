import { z } from 'zod';
import type { ScuFailure } from '../dimse';
import { DicomJson } from './dicom-json';
import { dropAnswer, readJson } from './read-answer';
import { statusFailure, type WebClient, webFailure, type WebTarget } from './web-client';

const Answer = z.array(DicomJson);

/**
 * WADO-RS Retrieve Metadata of a series (PS3.18 10.4.1.1.2): all attributes of its objects but the bulk of them. A failure in words when the service does not say;
 * it is not found there: an empty list.
 */
export async function webMetadata(
  client: WebClient,
  target: WebTarget,
  series: { readonly StudyInstanceUID: string; readonly SeriesInstanceUID: string },
  signal: AbortSignal,
): Promise<{ readonly objects: DicomJson[] } | { readonly failure: ScuFailure }> {
  const path = `/studies/${encodeURIComponent(series.StudyInstanceUID)}/series/${encodeURIComponent(series.SeriesInstanceUID)}/metadata`;
  const answer = await client.ask(target, { method: 'GET', path, accept: 'application/dicom+json' }, signal);
  if ('failure' in answer) return answer;
  const { response } = answer;
  const status = response.statusCode ?? 0;
  if (status === 404 || status === 204) {
    dropAnswer(response);
    return { objects: [] };
  }
  const failure = statusFailure(target.name, status);
  if (failure !== undefined) {
    dropAnswer(response);
    return { failure };
  }
  try {
    return { objects: Answer.parse(await readJson(response)) };
  } catch (error) {
    const words = error instanceof z.ZodError ? 'the answer is no list of DICOM JSON' : error instanceof Error ? error.message : String(error);
    return { failure: webFailure('protocol', `${target.name}: ${words}.`) };
  }
}
