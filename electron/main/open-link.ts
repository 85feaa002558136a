import { parseAppLink } from './app-links';
import { connectAsMain, type OpenedPaths, type PathOpenerParts } from './open-paths';

/** Finds what a link names among what is here: nothing is fetched, imported or changed. Never rejects. */
export async function openLink(parts: PathOpenerParts, text: string): Promise<OpenedPaths | { readonly kind: 'worklist' }> {
  const link = parseAppLink(text);
  if (link.kind === 'refused') return { kind: 'nothing', reason: link.reason };
  if (link.kind === 'worklist') return link;
  const client = await connectAsMain(parts);
  if (client === undefined) return { kind: 'nothing', reason: 'the services cannot start' };
  try {
    if (link.kind === 'study') {
      await client.call('study.get', { StudyInstanceUID: link.StudyInstanceUID });
      return { kind: 'opened', StudyInstanceUID: link.StudyInstanceUID };
    }
    const { AccessionNumber } = link;
    const { rows } = await client.call('study.search', { filter: { AccessionNumber }, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 50 });
    // The list's filter finds parts of numbers; a link means this one.
    const found = rows.filter((row) => row.AccessionNumber === AccessionNumber);
    const [only] = found;
    if (only === undefined) return { kind: 'nothing', reason: 'no study with this accession number is here' };
    if (found.length > 1) return { kind: 'nothing', reason: `${found.length} studies with this accession number are here: choose in the worklist` };
    return { kind: 'opened', StudyInstanceUID: only.StudyInstanceUID };
  } catch (error) {
    return { kind: 'nothing', reason: error instanceof Error ? error.message : 'unexpected failure' };
  } finally {
    client.close();
  }
}
