import { describe, expect, it } from 'vitest';
import {
  createPool,
  createSenderPolicy,
  queryService,
  type Candidate,
  type QuerySource,
  type ScuTarget,
  type SendObject,
} from '../../../electron/services/dimse';
import { encodeAssociateRq, parseAssociateAc } from '../../../electron/services/dimse/association-items';
import { commandFields, encodeCommandSet, parseCommandSet, type CommandSet } from '../../../electron/services/dimse/command-set';
import { encodeDataSet } from '../../../electron/services/dimse/data-set';
import { encodePData } from '../../../electron/services/dimse/pdu';
import { QUERY_SOP_CLASSES } from '../../../electron/services/dimse/query-classes';
import { CT, ELE, UlClient, testIdentity } from '../../support/ul-client';
import { scriptedPeer } from '../../support/scripted-peer';
import { targetOf } from '../../support/scu-run';
import { OUR_AE, startTestNode, until } from '../../support/ul-node';

const FIND = QUERY_SOP_CLASSES.study.find;
const GET = QUERY_SOP_CLASSES.study.get;
const MOVE = QUERY_SOP_CLASSES.study.move;

const study =
  (n: number): Candidate =>
  (attribute) =>
    attribute === 'StudyInstanceUID' ? `2.25.${String(n)}` : attribute === 'PatientName' ? 'A'.repeat(60) : '';

function object(n: number, pieces = 1): SendObject {
  return {
    ...{ SOPClassUID: CT, SOPInstanceUID: `2.25.${String(n)}`, TransferSyntaxUID: ELE },
    async *bytes() {
      for (let piece = 0; piece < pieces; piece++) yield await Promise.resolve(Buffer.alloc(64, piece));
    },
  };
}

interface Here {
  pages?: () => Iterable<readonly Candidate[]>;
  objects?: readonly SendObject[];
  destination?: ScuTarget;
}

async function queryNode({ pages, objects = [], destination }: Here) {
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
async function associated(port: number): Promise<UlClient> {
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

const identifier = encodeDataSet(
  [
    { tag: 0x00080052, vr: 'CS', value: 'STUDY' },
    { tag: 0x0020000d, vr: 'UI', value: '' },
    { tag: 0x00100010, vr: 'PN', value: '' },
  ],
  ELE,
);
const selection = encodeDataSet(
  [
    { tag: 0x00080052, vr: 'CS', value: 'STUDY' },
    { tag: 0x0020000d, vr: 'UI', value: '2.25.1' },
  ],
  ELE,
);

function request(contextId: number, sopClass: string, field: number, bytes: Buffer, messageId = 7): Buffer {
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

const cancel = (messageId = 7): Buffer =>
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
async function* commands(client: UlClient): AsyncGenerator<CommandSet & { contextId: number }> {
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
const stored = (command: CommandSet & { contextId: number }, status: number): Buffer =>
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

describe('C-FIND as SCP', () => {
  it('streams thousands of matches no faster than the peer reads them', async () => {
    let pages = 0;
    const { station } = await queryNode({
      *pages() {
        for (; pages < 400; pages++) yield Array.from({ length: 100 }, (_, n) => study(n));
      },
    });
    await using _node = station;
    const client = await associated(station.port);
    client.socket.pause();
    client.send(request(1, FIND, commandFields.cFindRq, identifier));
    await until(() => pages > 1, 'the first matches are made');
    let before = -1;
    while (before !== pages) {
      before = pages;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(pages).toBeLessThan(400);
    client.socket.resume();
    let count = 0;
    for await (const { status } of commands(client)) {
      if (status === 0) break;
      count++;
    }
    expect(count).toBe(40_000);
    client.close();
  });

  it('stops at C-CANCEL and says so', async () => {
    const { station, served } = await queryNode({
      *pages() {
        for (let n = 0; ; n++) yield [study(n)];
      },
    });
    await using _node = station;
    const client = await associated(station.port);
    client.send(request(1, FIND, commandFields.cFindRq, identifier));
    let last: number | undefined;
    let isCancelled = false;
    for await (const { status } of commands(client)) {
      last = status;
      if (status !== 0xff00) break;
      if (!isCancelled) client.send(cancel());
      isCancelled = true;
    }
    expect(last).toBe(0xfe00);
    await until(() => served.length === 1, 'the query is told of');
    client.close();
  });

  it('stops when the association is gone', async () => {
    let isOver = false;
    const { station } = await queryNode({
      *pages() {
        try {
          for (let n = 0; ; n++) yield [study(n)];
        } finally {
          isOver = true;
        }
      },
    });
    await using _node = station;
    const client = await associated(station.port);
    client.send(request(1, FIND, commandFields.cFindRq, identifier));
    await client.next();
    client.socket.destroy();
    await until(() => isOver, 'nobody asks any more');
  });

  it('answers C000 to an identifier that cannot be read, and goes on', async () => {
    const { station } = await queryNode({ pages: () => [[study(1)]] });
    await using _node = station;
    const client = await associated(station.port);
    client.send(request(1, FIND, commandFields.cFindRq, Buffer.from('08005200ffff', 'hex')));
    const heard = commands(client);
    expect((await heard.next()).value).toMatchObject({ status: 0xc000 });
    client.send(request(1, FIND, commandFields.cFindRq, identifier, 8));
    expect((await heard.next()).value).toMatchObject({ status: 0xff00, messageIdRespondedTo: 8 });
    client.close();
  });

  it('is not served on the context of another operation', async () => {
    const { station } = await queryNode({});
    await using _node = station;
    const client = await associated(station.port);
    client.send(request(3, GET, commandFields.cFindRq, identifier));
    expect((await commands(client).next()).value).toMatchObject({ status: 0x0122 });
    client.close();
  });
});

describe('C-GET as SCP', () => {
  it('stops at C-CANCEL with what remains, and takes back nothing', async () => {
    const { station } = await queryNode({ objects: [1, 2, 3, 4].map((n) => object(n, 3)) });
    await using _node = station;
    const client = await associated(station.port);
    client.send(request(3, GET, commandFields.cGetRq, selection));
    let last: CommandSet | undefined;
    for await (const command of commands(client)) {
      last = command;
      if (command.commandField !== commandFields.cStoreRq && command.status !== 0xff00) break;
      if (command.commandField !== commandFields.cStoreRq) continue;
      if (command.affectedSopInstanceUid === '2.25.2') client.send(cancel());
      client.send(stored(command, 0));
    }
    expect(last).toMatchObject({ status: 0xfe00, subOperations: { remaining: 2, completed: 2, failed: 0, warning: 0 } });
    client.close();
  });

  it('counts an object that cannot be read as nothing: the association is aborted', async () => {
    const broken: SendObject = {
      ...object(1),
      async *bytes() {
        yield await Promise.resolve(Buffer.alloc(64));
        throw new Error('EIO');
      },
    };
    const { station, served } = await queryNode({ objects: [broken, object(2)] });
    await using _node = station;
    const client = await associated(station.port);
    client.send(request(3, GET, commandFields.cGetRq, selection));
    for (;;) {
      const heard = await client.next();
      if (heard.kind === 'closed' || heard.type === 7) break;
    }
    await until(() => served.length === 1, 'the retrieve is told of');
    expect(served).toMatchObject([{ kind: 'get', counts: { objects: 2, completed: 0 } }]);
    client.close();
  });
});

/** An association for C-MOVE alone: context 1. */
async function mover(port: number): Promise<UlClient> {
  const client = await UlClient.open(port);
  const contexts = [{ id: 1, abstractSyntax: MOVE, transferSyntaxes: [ELE] }];
  client.send(encodeAssociateRq({ callingAeTitle: 'ASKER', calledAeTitle: OUR_AE, us: testIdentity, contexts }));
  await client.next();
  return client;
}

describe('C-MOVE as SCP', () => {
  it('counts what the destination said of each object: done, done with a warning, failed by name', async () => {
    const answers = [0x0000, 0xb007, 0xa900, 0x0000];
    await using sink = await scriptedPeer(async (side) => {
      await side.associate({});
      for (const status of answers) {
        const message = await side.message();
        if (message === undefined) return;
        side.respond(message, status);
      }
      await side.untilReleased();
    });
    const { station, served } = await queryNode({ objects: [1, 2, 3, 4].map((n) => object(n)), destination: targetOf(sink.port) });
    await using _node = station;
    const client = await mover(station.port);
    client.send(request(1, MOVE, commandFields.cMoveRq, selection));
    const heard: CommandSet[] = [];
    for await (const command of commands(client)) {
      heard.push(command);
      if (command.status !== 0xff00) break;
    }
    expect(heard.slice(0, -1).map(({ subOperations }) => subOperations.remaining)).toEqual([3, 2, 1]);
    expect(heard.at(-1)).toMatchObject({ status: 0xb000, subOperations: { completed: 2, warning: 1, failed: 1 } });
    expect(served).toMatchObject([{ kind: 'move', counts: { objects: 4, completed: 2, warning: 1, failed: 1 } }]);
    client.close();
  });

  it('stops at C-CANCEL: the object in hand ends by its answer, the rest remains', async () => {
    let cancelled = (): void => undefined;
    const isCancelled = new Promise<void>((resolve) => (cancelled = resolve));
    let kept = 0;
    await using sink = await scriptedPeer(async (side) => {
      await side.associate({});
      for (;;) {
        const message = await side.message();
        if (message === undefined) return side.untilReleased();
        // the second one is in hand while the cancel comes
        if (++kept === 2) await isCancelled;
        side.respond(message, 0);
      }
    });
    const { station } = await queryNode({ objects: [1, 2, 3, 4].map((n) => object(n)), destination: targetOf(sink.port) });
    await using _node = station;
    const client = await mover(station.port);
    client.send(request(1, MOVE, commandFields.cMoveRq, selection));
    let last: CommandSet | undefined;
    for await (const command of commands(client)) {
      last = command;
      if (command.status !== 0xff00) break;
      if (command.subOperations.completed !== 1) continue;
      await until(() => kept === 2, 'the second object is in hand');
      client.send(cancel());
      // the cancel was read before the answer of the destination is
      setTimeout(cancelled, 200);
    }
    expect(last).toMatchObject({ status: 0xfe00, subOperations: { remaining: 2, completed: 2, failed: 0, warning: 0 } });
    expect(kept).toBe(2);
    client.close();
  });
});
