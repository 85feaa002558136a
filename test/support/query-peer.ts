import { expect } from 'vitest';
import { createPool, createSenderPolicy, queryService, type Candidate, type QuerySource, type ScuTarget, type SendObject } from '../../electron/services/dimse';
import { encodeAssociateRq, parseAssociateAc } from '../../electron/services/dimse/association-items';
import { commandFields, encodeCommandSet, parseCommandSet, type CommandSet } from '../../electron/services/dimse/command-set';
import { encodeDataSet } from '../../electron/services/dimse/data-set';
import { encodePData } from '../../electron/services/dimse/pdu';
import { QUERY_SOP_CLASSES } from '../../electron/services/dimse/query-classes';
import { CT, ELE, UlClient, testIdentity } from './ul-client';
import { OUR_AE, startTestNode } from './ul-node';

export const FIND = QUERY_SOP_CLASSES.study.find;
export const GET = QUERY_SOP_CLASSES.study.get;
export const MOVE = QUERY_SOP_CLASSES.study.move;

export const study =
  (n: number): Candidate =>
  (attribute) =>
    attribute === 'StudyInstanceUID' ? `2.25.${String(n)}` : attribute === 'PatientName' ? 'A'.repeat(60) : '';

export function object(n: number, pieces = 1): SendObject {
  return {
    ...{ SOPClassUID: CT, SOPInstanceUID: `2.25.${String(n)}`, TransferSyntaxUID: ELE },
    async *bytes() {
      for (let piece = 0; piece < pieces; piece++) yield await Promise.resolve(Buffer.alloc(64, piece));
    },
  };
}

export interface Here {
  pages?: () => Iterable<readonly Candidate[]>;
  objects?: readonly SendObject[];
  destination?: ScuTarget;
}

export async function queryNode({ pages, objects = [], destination }: Here) {
  const source: QuerySource = {
    studies: pages ?? (() => []),
    series: () => Promise.resolve([]),
    images: () => [],
    objects: () => objects,
    settle: () => Promise.resolve(),
  };
  const served: unknown[] = [];
  const query = queryService({
    source,
    ourAeTitle: OUR_AE,
    pool: createPool({ keepMs: 0 }),
    destination: () => destination,
    onServed: (each) => served.push(each),
  });
  const station = await startTestNode({ services: { query }, queriers: createSenderPolicy(() => [{ aeTitle: 'ASKER', host: '*', source: 'run' }]) });
  return { station, served };
}

/** Contexts: 1 find, 3 get, 5 CT, of which the caller is SCP. */
export async function associated(port: number): Promise<UlClient> {
  const client = await UlClient.open(port);
  client.send(
    encodeAssociateRq({
      callingAeTitle: 'ASKER',
      calledAeTitle: OUR_AE,
      us: testIdentity,
      contexts: [FIND, GET, CT].map((abstractSyntax, index) => ({ id: index * 2 + 1, abstractSyntax, transferSyntaxes: [ELE] })),
      roles: [{ sopClassUid: CT, scu: false, scp: true }],
    }),
  );
  const heard = await client.next();
  if (heard.kind !== 'pdu' || heard.type !== 2) throw new Error('not accepted');
  expect(parseAssociateAc(heard.body)).toMatchObject({
    contexts: [{ result: 0 }, { result: 0 }, { result: 0 }],
    roles: [{ sopClassUid: CT, scu: false, scp: true }],
  });
  return client;
}

export const identifier = encodeDataSet(
  [
    { tag: 0x00080052, vr: 'CS', value: 'STUDY' },
    { tag: 0x0020000d, vr: 'UI', value: '' },
    { tag: 0x00100010, vr: 'PN', value: '' },
  ],
  ELE,
);
export const selection = encodeDataSet(
  [
    { tag: 0x00080052, vr: 'CS', value: 'STUDY' },
    { tag: 0x0020000d, vr: 'UI', value: '2.25.1' },
  ],
  ELE,
);

export function request(contextId: number, sopClass: string, field: number, bytes: Buffer, messageId = 7): Buffer {
  const command = encodeCommandSet([
    [0x0002, sopClass],
    [0x0100, field],
    [0x0110, messageId],
    ...(field === commandFields.cMoveRq ? ([[0x0600, 'SINK']] as const) : []),
    [0x0700, 0],
    [0x0800, 1],
  ]);
  return Buffer.concat([encodePData(contextId, true, command, 16_384), encodePData(contextId, false, bytes, 16_384)]);
}

export const cancel = (messageId = 7): Buffer =>
  encodePData(
    1,
    true,
    encodeCommandSet([
      [0x0100, commandFields.cCancelRq],
      [0x0120, messageId],
      [0x0800, 0x0101],
    ]),
    16_384,
  );

/** Command sets as they come; data sets are passed over. */
export async function* commands(client: UlClient): AsyncGenerator<CommandSet & { contextId: number }> {
  for (;;) {
    const heard = await client.next();
    if (heard.kind !== 'pdu' || heard.type !== 4) return;
    for (let at = 0; at < heard.body.length;) {
      const length = heard.body.readUInt32BE(at);
      const isCommand = ((heard.body[at + 5] ?? 0) & 1) === 1;
      if (isCommand) yield { ...parseCommandSet(heard.body.subarray(at + 6, at + 4 + length)), contextId: heard.body[at + 4] ?? 0 };
      at += 4 + length;
    }
  }
}

/** What the peer answers a C-STORE sub-operation with. */
export const stored = (command: CommandSet & { contextId: number }, status: number): Buffer =>
  encodePData(
    command.contextId,
    true,
    encodeCommandSet([
      [0x0002, CT],
      [0x0100, 0x8001],
      [0x0120, command.messageId ?? 0],
      [0x0800, 0x0101],
      [0x0900, status],
      [0x1000, command.affectedSopInstanceUid],
    ]),
    16_384,
  );
