import { describe, expect, it } from 'vitest';
import { createSenderPolicy } from '../../../electron/services/dimse';
import { encodeReleaseRq } from '../../../electron/services/dimse/pdu';
import { silentLogger } from '../../../electron/services/logging/logger';
import { createStoreDouble } from '../../support/ul-store-double';
import { associateRq, commandPdu, dataPdu, echoCommand, storeCommand, UlClient } from '../../support/ul-client';
import { startTestNode, until, type TestNode, type TestNodeOptions } from '../../support/ul-node';

async function withNode(options: TestNodeOptions, body: (station: TestNode) => Promise<void>): Promise<void> {
  await using station = await startTestNode(options);
  await body(station);
}

async function answerTo(options: TestNodeOptions, ...bytes: Uint8Array[]): Promise<string> {
  await using station = await startTestNode(options);
  const client = await UlClient.open(station.port);
  for (const part of bytes) client.send(part);
  const text = await client.nextText();
  client.close();
  return text;
}

/** The association request with bytes of its own laid over it at an offset behind the PDU header. */
function patched(offset: number, bytes: Uint8Array, request = associateRq()): Buffer {
  const copy = Buffer.from(request);
  copy.set(bytes, 6 + offset);
  return copy;
}

const ae = (title: string): Buffer => Buffer.from(title.padEnd(16), 'latin1');

describe('a fault of our own (B17)', () => {
  it('ends the connection on which it comes, and neither the node nor the process', async () => {
    const faults: unknown[] = [];
    const note = (error: unknown): void => void faults.push(error);
    process.on('unhandledRejection', note);
    let isBroken = true;
    const judge = (): Promise<{ accepted: true }> => (isBroken ? Promise.reject(new Error('the senders cannot be read')) : Promise.resolve({ accepted: true }));
    await withNode({ senders: { judge } }, async (station) => {
      const client = await UlClient.open(station.port);
      client.send(associateRq());
      expect(await client.nextText()).toBe('closed');
      isBroken = false;
      const next = await UlClient.open(station.port);
      await next.associate();
      next.close();
    });
    process.off('unhandledRejection', note);
    expect(faults).toEqual([]);
  });

  it('ends it also when the fault comes while its bytes are taken', async () => {
    let isBroken = true;
    const warn = (): void => {
      if (isBroken) throw new Error('the log fails');
    };
    await withNode({ log: { ...silentLogger, warn } }, async (station) => {
      const client = await UlClient.open(station.port);
      client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n', 'latin1'));
      expect(await client.nextText()).toBe('closed');
      isBroken = false;
      const next = await UlClient.open(station.port);
      await next.associate();
      next.close();
    });
  });
});

describe('timers of a connection', () => {
  it('A1: closes without a PDU when no association request comes in ARTIM time', async () => {
    expect(await answerTo({ limits: { artimMs: 60 } })).toBe('closed');
  });

  it('A1: also when the association request only drips', async () => {
    await withNode({ limits: { artimMs: 150 } }, async (station) => {
      const client = await UlClient.open(station.port);
      const request = associateRq();
      let sent = 0;
      const drip = setInterval(() => {
        if (sent < request.length - 1) client.send(request.subarray(sent, ++sent));
      }, 10);
      expect(await client.nextText()).toBe('closed');
      clearInterval(drip);
    });
  });

  it('A2: aborts (2,0) when a PDU is not whole in time, however steadily it drips', async () => {
    await withNode({ limits: { pduDeadlineMs: 150 } }, async (station) => {
      const client = await UlClient.open(station.port);
      await client.associate();
      const command = commandPdu(1, storeCommand());
      let sent = 0;
      const drip = setInterval(() => {
        if (sent < command.length - 1) client.send(command.subarray(sent, ++sent));
      }, 10);
      expect(await client.nextText()).toBe('ABORT(2,0)');
      clearInterval(drip);
      client.close();
    });
  });

  it('A2, B4: aborts (2,0) when the data set that the command announces arrives slower than the minimum rate or not at all', async () => {
    await withNode({ limits: { rateWindowMs: 100 } }, async (station) => {
      const client = await UlClient.open(station.port);
      await client.associate();
      client.send(commandPdu(1, storeCommand()));
      expect(await client.nextText()).toBe('ABORT(2,0)');
      client.close();
    });
  });

  it('A16: aborts (2,0) an association that stays idle, and a half-closed one at once', async () => {
    await withNode({ limits: { idleMs: 100 } }, async (station) => {
      const idle = await UlClient.open(station.port);
      await idle.associate();
      expect(await idle.nextText()).toBe('ABORT(2,0)');
      idle.close();
      const half = await UlClient.open(station.port, { allowHalfOpen: true });
      await half.associate();
      half.socket.end();
      expect(await half.nextText()).toBe('closed');
      await until(() => station.events.filter((event) => event.kind === 'closed').length === 2, 'both ends');
      expect(station.events.at(-1)).toMatchObject({ kind: 'closed', how: 'lost' });
    });
  });

  it('does not count the time against the peer in which a store is not finished', async () => {
    let finish: (() => void) | undefined;
    const store = createStoreDouble({
      outcome: () =>
        new Promise((resolve) => {
          finish = () => {
            resolve({ kind: 'refused', status: 0xa700, comment: 'later' });
          };
        }),
    });
    await withNode({ store, limits: { idleMs: 60 } }, async (station) => {
      const client = await UlClient.open(station.port);
      await client.associate();
      client.send(Buffer.concat([commandPdu(1, storeCommand()), dataPdu(1, Buffer.alloc(10))]));
      await new Promise((resolve) => setTimeout(resolve, 250));
      finish?.();
      expect(await client.nextText()).toBe('PDATA');
      client.close();
    });
  });

  it('A17: drops a peer that does not read its responses', async () => {
    await withNode({ limits: { writeDeadlineMs: 150, writeHighWater: 4096, idleMs: 60_000 } }, async (station) => {
      const client = await UlClient.open(station.port);
      await client.associate();
      client.socket.pause();
      const closed = new Promise<void>((resolve) =>
        client.socket.once('close', () => {
          resolve();
        }),
      );
      const echoes = Buffer.concat(Array.from({ length: 2000 }, () => commandPdu(3, echoCommand(1, { 0x0100: 0x0020 }))));
      const flood = setInterval(() => {
        if (client.socket.writableLength < 1_000_000) client.send(echoes);
      }, 1);
      await until(() => station.events.some((event) => event.kind === 'closed'), 'the drop', 15_000);
      clearInterval(flood);
      client.close();
      await closed;
      expect(station.events.at(-1)).toMatchObject({ how: 'lost', reason: 'peer does not read our responses' });
    });
  });
});

describe('caps', () => {
  it('A3: refuses (2,3,2) an association over the cap of one address, and takes it when a place is free again', async () => {
    await withNode({ limits: { maxAssociationsPerHost: 2 } }, async (station) => {
      const clients = [await UlClient.open(station.port), await UlClient.open(station.port), await UlClient.open(station.port)];
      expect((await clients[0]?.associate())?.kind).toBe('pdu');
      await clients[1]?.associate();
      clients[2]?.send(associateRq());
      expect(await clients[2]?.nextText()).toBe('RJ(2,3,2)');
      expect(station.node.status().associations).toBe(2);
      clients[0]?.close();
      await until(() => station.node.status().associations === 1, 'a free place');
      const again = await UlClient.open(station.port);
      again.send(associateRq());
      expect(await again.nextText()).toBe('AC');
      for (const client of [...clients, again]) client.close();
    });
  });

  it('A3: refuses (2,3,2) an association over the total cap', async () => {
    await withNode({ limits: { maxAssociations: 1 } }, async (station) => {
      const first = await UlClient.open(station.port);
      await first.associate();
      const second = await UlClient.open(station.port);
      second.send(associateRq());
      expect(await second.nextText()).toBe('RJ(2,3,2)');
      first.close();
      second.close();
    });
  });

  it('A3: drops the oldest connection without an association, never one that has it', async () => {
    await withNode({ limits: { maxUnassociated: 3 } }, async (station) => {
      const working = await UlClient.open(station.port);
      await working.associate();
      const idle: UlClient[] = [];
      for (let index = 0; index < 4; index++) idle.push(await UlClient.open(station.port));
      expect(await idle[0]?.nextText()).toBe('closed');
      working.send(commandPdu(3, echoCommand()));
      expect(await working.nextText()).toBe('PDATA');
      for (const client of [working, ...idle]) client.close();
    });
  });

  it('B15: refuses (2,3,2) while the store has no room', async () => {
    expect(await answerTo({ store: createStoreDouble({ admission: () => 'disk full' }) }, associateRq())).toBe('RJ(2,3,2)');
  });
});

describe('who may call', () => {
  const senders = createSenderPolicy(() => [
    { aeTitle: 'CT1', host: '127.0.0.1', source: 'settings' },
    { aeTitle: 'MR1', host: '192.0.2.7', source: 'settings' },
  ]);

  it('A4: refuses a wrong called AE title (1,1,7) and an unknown calling one (1,1,3), and lists both', async () => {
    await withNode({ senders }, async (station) => {
      const heard: string[] = [];
      station.node.onRefused((sender) => {
        heard.push(sender.reason);
      });
      for (const [request, code] of [
        [associateRq({ calledAeTitle: 'OTHER', callingAeTitle: 'CT1' }), 'RJ(1,1,7)'],
        [associateRq({ callingAeTitle: 'NOBODY' }), 'RJ(1,1,3)'],
        [associateRq({ callingAeTitle: 'MR1' }), 'RJ(1,1,3)'],
        [associateRq({ callingAeTitle: 'MR1' }), 'RJ(1,1,3)'],
        [associateRq({ callingAeTitle: 'CT1' }), 'AC'],
      ] as const) {
        const client = await UlClient.open(station.port);
        client.send(request);
        expect(await client.nextText()).toBe(code);
        client.close();
      }
      expect(heard).toEqual(['called AE is not ours', 'calling AE unknown', 'address is not the registered one']);
      expect(station.node.refused()).toMatchObject([
        { aeTitle: 'MR1', host: '127.0.0.1', canAllow: true, count: 2, reason: 'address is not the registered one' },
        { aeTitle: 'NOBODY', canAllow: true, count: 1 },
        { aeTitle: 'CT1', calledAeTitle: 'OTHER', canAllow: false },
      ]);
      station.node.forgetRefused('MR1', '127.0.0.1');
      expect(station.node.refused()).toHaveLength(2);
    });
  });

  it('A5: trims spaces around AE titles', async () => {
    expect(await answerTo({ senders }, patched(20, ae('  CT1')))).toBe('AC');
  });

  for (const [name, title] of [
    ['empty', ''],
    ['with a control character', 'A\tB'],
    ['with a backslash', 'A\\B'],
    ['with NUL padding', 'CT1\0\0\0\0\0\0\0\0\0\0\0\0\0'],
    ['outside ASCII', 'CT\xe9'],
  ] as const) {
    it(`A5: refuses a calling AE title that is ${name} (1,1,3), a called one (1,1,7)`, async () => {
      expect(await answerTo({}, patched(20, ae(title)))).toBe('RJ(1,1,3)');
      expect(await answerTo({}, patched(4, ae(title)))).toBe('RJ(1,1,7)');
    });
  }

  it('keeps the list of refused senders bounded', async () => {
    await withNode({ senders, limits: { maxUnassociated: 1000 } }, async (station) => {
      for (let index = 0; index < 230; index++) {
        const client = await UlClient.open(station.port);
        client.send(associateRq({ callingAeTitle: `FLOOD${String(index)}` }));
        await client.nextText();
        client.close();
      }
      expect(station.node.refused()).toHaveLength(200);
      expect(station.node.refused()[0]?.aeTitle).toBe('FLOOD229');
    });
  });
});

describe('release and stop', () => {
  it('A15: answers a release only after the response that it owes', async () => {
    const outcomes: (() => void)[] = [];
    const store = createStoreDouble({
      outcome: () =>
        new Promise((resolve) => {
          outcomes.push(() => {
            resolve({ kind: 'refused', status: 0xc000, comment: 'test' });
          });
        }),
    });
    await withNode({ store }, async (station) => {
      const client = await UlClient.open(station.port);
      await client.associate();
      client.send(Buffer.concat([commandPdu(1, storeCommand()), dataPdu(1, Buffer.alloc(10)), encodeReleaseRq()]));
      await until(() => outcomes.length === 1, 'the object');
      outcomes[0]?.();
      expect(await client.nextText()).toBe('PDATA');
      expect(await client.nextText()).toBe('RP');
      client.close();
      await until(() => station.events.length === 3, 'three events');
      expect(station.events.map((event) => event.kind)).toEqual(['opened', 'object', 'closed']);
      expect(station.events.at(-1)).toMatchObject({ how: 'released', counts: { stored: 0, duplicates: 0, refused: 1 } });
    });
  });

  it('aborts its associations when it stops, and the port is free again', async () => {
    const station = await startTestNode();
    const client = await UlClient.open(station.port);
    await client.associate();
    await station.node.stop();
    expect(await client.nextText()).toBe('ABORT(0,0)');
    expect(station.node.status().listening).toBe(false);
    await expect(UlClient.open(station.port)).rejects.toThrow();
  });

  it('says in words why it cannot listen, and lives', async () => {
    await withNode({}, async (station) => {
      const { createNode } = await import('../../../electron/services/dimse');
      const { silentLogger } = await import('../../../electron/services/logging/logger');
      const second = createNode({
        env: {
          options: { dataDir: '', aeTitle: 'X', dicomHost: '127.0.0.1', dicomPort: station.port, accept: [], demo: false, workersDir: '' },
          clock: { now: () => 0, monotonic: () => 0 },
          log: silentLogger,
        },
        store: createStoreDouble(),
        senders: createSenderPolicy(() => []),
      });
      await second.start();
      expect(second.status()).toMatchObject({ listening: false, error: expect.stringContaining('in use by another program') as string });
      await second.stop();
    });
  });
});
