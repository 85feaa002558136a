/**
 * The acceptor's half of the Upper Layer state machine (PS3.8 9.2, Tables 9-2 to 9-10) as data. Sta4, Sta5, Sta7 and
 * Sta9 to Sta12 belong to the one who requests an association or its release: this node never requests a release, so
 * they cannot be reached (build/decisions/0005-dimse-guard.md).
 */

/** Sta1 is here the closed transport; the accepted connection starts in Sta2 with ARTIM running (AE-5). */
export const states = ['Sta1', 'Sta2', 'Sta3', 'Sta6', 'Sta8', 'Sta13'] as const;
export type State = (typeof states)[number];

export const events = [
  'associateRq',
  'associateAc',
  'associateRj',
  'pData',
  'releaseRq',
  'releaseRp',
  'abort',
  'invalidPdu',
  'artimExpired',
  'transportClosed',
  'acceptPrimitive',
  'rejectPrimitive',
  'abortPrimitive',
  'pDataPrimitive',
  'releaseResponsePrimitive',
] as const;
export type UpperLayerEvent = (typeof events)[number];

/** Names of PS3.8 Tables 9-6 to 9-9. `none`: the event cannot come in this state and is ignored. */
export type Action =
  | 'AE-6' // stop ARTIM, judge the request
  | 'AE-7' // send A-ASSOCIATE-AC
  | 'AE-8' // send A-ASSOCIATE-RJ, start ARTIM
  | 'DT-2' // P-DATA indication
  | 'AR-2' // release indication
  | 'AR-4' // send A-RELEASE-RP, start ARTIM
  | 'AR-5' // stop ARTIM
  | 'DT-1' // send P-DATA-TF
  | 'AR-7' // send P-DATA-TF while the peer waits for the release
  | 'AA-1' // send A-ABORT (service-user), start ARTIM
  | 'AA-2' // stop ARTIM, close the transport
  | 'AA-3' // abort indication, close the transport
  | 'AA-4' // the transport is gone: provider abort indication
  | 'AA-5' // the transport is gone before an association: stop ARTIM
  | 'AA-6' // ignore
  | 'AA-7' // send A-ABORT
  | 'AA-8' // send A-ABORT (service-provider), indication, start ARTIM
  | 'none';

export interface Transition {
  readonly action: Action;
  readonly next: State;
}

type Row = { readonly [E in UpperLayerEvent]?: readonly [Action, State] };

const allPdus = (action: Action, next: State): Row => ({
  associateRq: [action, next],
  associateAc: [action, next],
  associateRj: [action, next],
  pData: [action, next],
  releaseRq: [action, next],
  releaseRp: [action, next],
  invalidPdu: [action, next],
});

const table: { readonly [S in State]: Row } = {
  Sta1: {},
  Sta2: {
    ...allPdus('AA-1', 'Sta13'),
    associateRq: ['AE-6', 'Sta3'],
    abort: ['AA-2', 'Sta1'],
    artimExpired: ['AA-2', 'Sta1'],
    transportClosed: ['AA-5', 'Sta1'],
    abortPrimitive: ['AA-1', 'Sta13'],
  },
  Sta3: {
    ...allPdus('AA-8', 'Sta13'),
    abort: ['AA-3', 'Sta1'],
    transportClosed: ['AA-4', 'Sta1'],
    acceptPrimitive: ['AE-7', 'Sta6'],
    rejectPrimitive: ['AE-8', 'Sta13'],
    abortPrimitive: ['AA-1', 'Sta13'],
  },
  Sta6: {
    ...allPdus('AA-8', 'Sta13'),
    pData: ['DT-2', 'Sta6'],
    releaseRq: ['AR-2', 'Sta8'],
    abort: ['AA-3', 'Sta1'],
    transportClosed: ['AA-4', 'Sta1'],
    pDataPrimitive: ['DT-1', 'Sta6'],
    abortPrimitive: ['AA-1', 'Sta13'],
  },
  Sta8: {
    ...allPdus('AA-8', 'Sta13'),
    abort: ['AA-3', 'Sta1'],
    transportClosed: ['AA-4', 'Sta1'],
    pDataPrimitive: ['AR-7', 'Sta8'],
    releaseResponsePrimitive: ['AR-4', 'Sta13'],
    abortPrimitive: ['AA-1', 'Sta13'],
  },
  Sta13: {
    ...allPdus('AA-6', 'Sta13'),
    associateRq: ['AA-7', 'Sta13'],
    invalidPdu: ['AA-7', 'Sta13'],
    abort: ['AA-2', 'Sta1'],
    artimExpired: ['AA-2', 'Sta1'],
    transportClosed: ['AR-5', 'Sta1'],
  },
};

/** What to do, and where that leads. */
export function transition(state: State, event: UpperLayerEvent): Transition {
  const [action, next] = table[state][event] ?? ['none', state];
  return { action, next };
}
