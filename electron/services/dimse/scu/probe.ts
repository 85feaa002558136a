import { VERIFICATION_SOP_CLASS } from '@shared/dicom';
import { commandFields } from '../command-set';
import type { ScuFailure } from './failure';
import { IDENTIFIER_SYNTAXES } from './identifier';
import { proposals, type ScuTarget, type ScuTimeouts } from './options';
import { ScuAssociation } from './scu-association';

export interface ProbeResult {
  /** SOP classes of which a context was accepted. */
  readonly accepted: readonly string[];
  /** Status of the C-ECHO; absent when Verification was not accepted. */
  readonly echoStatus: number | undefined;
  readonly failure: ScuFailure | undefined;
}

const PROBE_TIMEOUTS: Partial<ScuTimeouts> = { connectMs: 8000, associateMs: 15_000, responseMs: 15_000, releaseMs: 3000 };

/** Proposes every class (at most 128) and echoes when it may. Never rejects. */
export async function probe(target: ScuTarget, sopClasses: readonly string[], signal: AbortSignal): Promise<ProbeResult> {
  const contexts = proposals(sopClasses.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: IDENTIFIER_SYNTAXES })));
  const association = await ScuAssociation.open({ target, contexts, timeouts: PROBE_TIMEOUTS }, signal);
  if (!(association instanceof ScuAssociation)) return { accepted: [], echoStatus: undefined, failure: association };
  const accepted = [...association.agreement.contexts.values()].map((context) => context.abstractSyntax);
  const context = association.contextFor(VERIFICATION_SOP_CLASS);
  if (!context) {
    await association.release();
    return { accepted, echoStatus: undefined, failure: undefined };
  }
  const exchange = association.exchange({ context, commandField: commandFields.cEchoRq, elements: [], canCancel: false }, signal);
  const next = await exchange.next();
  await exchange.return(undefined);
  await association.release();
  return next.done ? { accepted, echoStatus: undefined, failure: next.value } : { accepted, echoStatus: next.value.status, failure: undefined };
}
