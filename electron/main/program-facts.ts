import type { NodeStatus } from '@shared/domain';
import { DEFAULT_DICOM_HOST } from './command-line';

export interface ProgramFacts {
  readonly app: string;
  readonly electron: string;
  readonly chromium: string;
  readonly node: string;
  readonly dataDir: string;
}

/** The one line on stdout: who listens where, or why nobody does. */
export function listeningLine(facts: ProgramFacts, node: NodeStatus): string {
  const { app, electron, chromium, node: nodeVersion, dataDir } = facts;
  const line = {
    event: 'listening',
    app,
    electron,
    chromium,
    node: nodeVersion,
    port: node.listening ? (node.port ?? null) : null,
    host: node.host === '' ? DEFAULT_DICOM_HOST : node.host,
    aeTitle: node.aeTitle,
    dataDir,
    ...(node.listening ? {} : { error: node.error ?? 'it does not listen' }),
  };
  return `${JSON.stringify(line)}\n`;
}
