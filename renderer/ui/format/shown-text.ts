/** What turns the direction of the text behind it: embeddings, overrides and isolates of the bidirectional algorithm (UAX 9). */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text that says whom something belongs to, in the order in which it is stored: characters that would make "1234" of "4321" on the screen stand there as a mark, and
 * turn nothing. The script's own direction stays.
 */
export function shownText(text: string): string {
  return text.replace(TURNS, '\ufffd');
}
