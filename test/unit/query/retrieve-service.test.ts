import { describe, expect, it } from 'vitest';
import type { SendObject } from '../../../electron/services/dimse';
import { encodeAssociateRq } from '../../../electron/services/dimse/association-items';
import { commandFields, type CommandSet } from '../../../electron/services/dimse/command-set';
import { GET, MOVE, object, queryNode, associated, selection, request, cancel, commands, stored } from '../../support/query-peer';
import { scriptedPeer } from '../../support/scripted-peer';
import { targetOf } from '../../support/scu-run';
import { ELE, UlClient, testIdentity } from '../../support/ul-client';
import { OUR_AE, until } from '../../support/ul-node';

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
