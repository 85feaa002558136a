import type { VisualCheck } from '@shared/domain';
import type { DisplayState } from '@shared/grayscale';

/** What is said of a measurement once it is signed, by the state of its monitor now. */
export function signedWords({ kind, looking, detail }: Pick<DisplayState, 'kind' | 'looking' | 'detail'>): string {
  if (looking) return 'Signed. The colours of the screen are being looked at.';
  return kind === 'none' ? `Signed. It does not hold now. ${detail}` : 'Signed. It holds now.';
}

/** The look at the pattern that was the last one. */
export function lookWords(look: VisualCheck | undefined): string {
  return look === undefined ? '' : `last look ${look.at.slice(0, 10)}: ${look.passed ? 'passed' : 'failed'}`;
}
