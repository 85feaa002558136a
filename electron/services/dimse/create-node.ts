import type { ObjectStore } from '../cache/types';
import type { HostEnvironment } from '../host-environment';
import type { NodeLimits } from './limits';
import type { DicomNode, SenderPolicy } from './types';

export interface NodeParts {
  readonly env: Pick<HostEnvironment, 'options' | 'clock' | 'log'>;
  readonly store: ObjectStore;
  readonly senders: SenderPolicy;
  readonly limits?: Partial<NodeLimits>;
  /** Also take C-STORE of SOP classes that the standard's list does not have (private, newer). */
  readonly acceptUnknownSopClasses?: boolean;
}

/** The station's DICOM node: Verification and Storage SCP. Opens nothing before `start()`. */
export function createNode(parts: NodeParts): DicomNode {
  const { options } = parts.env;
  const none = (): (() => void) => () => undefined;
  return {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    status: () => ({ aeTitle: options.aeTitle, host: options.dicomHost, listening: false, error: 'not started', addresses: [], associations: 0 }),
    refused: () => [],
    forgetRefused: () => undefined,
    onChanged: none,
    onRefused: none,
    onAssociation: none,
  };
}
