import { describe, expect, it } from 'vitest';
import { createSenderPolicy } from '../../../electron/services/dimse';
import { parseAssociateAc } from '../../../electron/services/dimse/association-items';
import { encodeReleaseRq } from '../../../electron/services/dimse/pdu';
import type { Logger } from '../../../electron/services/logging/logger';
import { createStoreDouble } from '../../support/ul-store-double';
import {
  associateRq,
  commandPdu,
  CT,
  dataPdu,
  echoCommand,
  ELE,
  ILE,
  pdu,
  rawPData,
  storeCommand,
  testIdentity,
  UlClient,
  VERIFICATION,
} from '../../support/ul-client';
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

describe('what an association request says', () => {
  it('A6: refuses another application context (1,1,2) and a protocol version without bit 0 (1,2,2)', async () => {
    const request = associateRq();
    request[request.indexOf('1.2.840.10008.3.1.1.1') + 20] = 0x32;
    expect(await answerTo({}, request)).toBe('RJ(1,1,2)');
    expect(await answerTo({}, patched(0, Uint8Array.of(0, 2)))).toBe('RJ(1,2,2)');
    expect(await answerTo({}, patched(0, Uint8Array.of(0, 3)))).toBe('AC');
  });

  for (const [name, ids] of [
    ['no presentation context', []],
    ['an even context id', [2]],
    ['context id 0', [0]],
    ['a context id twice', [1, 3, 1]],
  ] as const) {
    it(`A7: aborts (2,6) on ${name}`, async () => {
      const contexts = ids.map((id) => ({ id, abstractSyntax: CT, transferSyntaxes: [ELE] }));
      expect(await answerTo({}, associateRq({ contexts }))).toBe('ABORT(2,6)');
    });
  }

  it('A7, D4: serves 128 contexts with descending ids, and each by its own answer', async () => {
    await withNode({}, async (station) => {
      const contexts = Array.from({ length: 128 }, (_unused, index) => ({
        id: 255 - index * 2,
        abstractSyntax: index === 0 ? VERIFICATION : index === 1 ? '1.2.840.10008.5.1.4.1.2.2.1' : CT,
        transferSyntaxes: index === 2 ? ['1.2.3.4'] : ['1.2.3.4', ILE],
      }));
      const client = await UlClient.open(station.port);
      const heard = await client.associate({ contexts });
      const accept = parseAssociateAc(heard.kind === 'pdu' ? heard.body : Buffer.alloc(0));
      expect(accept.contexts.map(({ id }) => id)).toEqual(contexts.map(({ id }) => id));
      expect(accept.contexts.map(({ result }) => result)).toEqual([0, 3, 4, ...Array.from({ length: 125 }, () => 0)]);
      expect(accept.contexts[0]?.transferSyntax).toBe(ILE);
      expect(accept.maxLength).toBeGreaterThanOrEqual(65_536);
      client.send(commandPdu(255, echoCommand(9)));
      expect(await client.nextText()).toBe('PDATA');
      client.close();
    });
  });

  it('A7: accepts the association even when it accepts no context', async () => {
    expect(await answerTo({}, associateRq({ contexts: [{ id: 1, abstractSyntax: '1.2.3', transferSyntaxes: [ILE] }] }))).toBe('AC');
  });

  it('takes unknown storage classes when configured, other services never', async () => {
    await withNode({ acceptUnknownSopClasses: true }, async (station) => {
      const client = await UlClient.open(station.port);
      const uids = ['1.2.826.0.1.3680043.99', '1.2.840.10008.5.1.4.1.1.999', '1.2.840.10008.5.1.4.31', '1.2.840.10008.1.20.1', 'x'];
      const contexts = uids.map((abstractSyntax, index) => ({ id: index * 2 + 1, abstractSyntax, transferSyntaxes: [ILE] }));
      const heard = await client.associate({ contexts });
      const accept = parseAssociateAc(heard.kind === 'pdu' ? heard.body : Buffer.alloc(0));
      expect(accept.contexts.map(({ result }) => result)).toEqual([0, 0, 3, 3, 3]);
      client.close();
    });
  });

  it.each([
    [0, 'AC'],
    [0xffffffff, 'AC'],
    [4096, 'AC'],
    [4095, 'RJ(1,1,1)'],
    [6, 'RJ(1,1,1)'],
    [1, 'RJ(1,1,1)'],
  ])('A8: answers a maximum length of %i with %s', async (maxLength, code) => {
    expect(await answerTo({}, associateRq({ us: { ...testIdentity, maxLength } }))).toBe(code);
  });

  it('A11: accepts a user identity without a server response, and answers asynchronous operations with 1/1', async () => {
    await withNode({}, async (station) => {
      const request = associateRq();
      const extra = Buffer.concat([
        Buffer.of(0x53, 0, 0, 4, 0, 9, 0, 9),
        Buffer.of(0x58, 0, 0, 9, 2, 1, 0, 1, 0x61, 0, 2, 0x62, 0x63),
        Buffer.of(0x77, 0, 0, 2, 1, 2),
      ]);
      const at = request.lastIndexOf(Buffer.of(0x50, 0));
      request.writeUInt16BE(request.readUInt16BE(at + 2) + extra.length, at + 2);
      request.writeUInt32BE(request.length - 6 + extra.length, 2);
      const client = await UlClient.open(station.port);
      client.send(Buffer.concat([request, extra]));
      const heard = await client.next();
      if (heard.kind !== 'pdu') throw new Error('closed');
      expect(heard.type).toBe(2);
      expect(heard.body.includes(Buffer.of(0x53, 0, 0, 4, 0, 1, 0, 1))).toBe(true);
      expect(heard.body.includes(Buffer.of(0x59, 0))).toBe(false);
      client.close();
    });
  });

  it('names its own implementation, never the library’s', async () => {
    await withNode({}, async (station) => {
      const client = await UlClient.open(station.port);
      const heard = await client.associate();
      const text = heard.kind === 'pdu' ? heard.body.toString('latin1') : '';
      expect(text).toContain('ALTERNATOR_0_1');
      expect(text).not.toContain('1.2.826.0.1.3680043.10.854');
      client.close();
    });
  });

  it.each(['cut in an item', 'item longer than the PDU', 'too short'])('aborts (2,6) on an association request that is %s', async (how) => {
    const request = associateRq();
    const body = request.subarray(6);
    const bad = how === 'too short' ? body.subarray(0, 40) : how === 'cut in an item' ? body.subarray(0, body.length - 3) : Buffer.from(body);
    if (how === 'item longer than the PDU') bad.writeUInt16BE(0xffff, 70);
    expect(await answerTo({}, pdu(1, bad))).toBe('ABORT(2,6)');
  });
});

describe('first bytes and lengths', () => {
  it.each([
    ['TLS', Buffer.from('16030100f4010000f0', 'hex')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['SSH', Buffer.from('SSH-2.0-x\r\n')],
  ])('A9: closes at once on %s, without a PDU, and logs what it looks like', async (guess, bytes) => {
    const lines: unknown[] = [];
    const log: Logger = { debug: () => undefined, info: () => undefined, warn: (fields) => lines.push(fields), error: () => undefined, child: () => log };
    expect(await answerTo({ log }, bytes)).toBe('closed');
    expect(lines).toContainEqual({ host: '127.0.0.1', guess });
  });

  it.each([
    ['P-DATA-TF over the negotiated length', 4, 131_073],
    ['P-DATA-TF of 4 GiB', 4, 0xffffffff],
    ['A-RELEASE-RQ of 5 bytes', 5, 5],
    ['A-ABORT of 4 GiB', 7, 0xffffffff],
    ['A-ASSOCIATE-RQ of 1 GiB', 1, 0x40000000],
  ])('A14: aborts (2,6) on the header of a %s', async (_name, type, length) => {
    await withNode({}, async (station) => {
      const client = await UlClient.open(station.port);
      if (type !== 1) await client.associate();
      client.send(pdu(type, Buffer.alloc(0), length));
      expect(await client.nextText()).toBe('ABORT(2,6)');
      expect(await client.nextText()).toBe('closed');
    });
  });

  it('takes a P-DATA-TF of exactly the length that it offers', async () => {
    const store = createStoreDouble();
    await withNode({ store }, async (station) => {
      const client = await UlClient.open(station.port);
      await client.associate();
      client.send(commandPdu(1, storeCommand()));
      client.send(rawPData([{ contextId: 1, control: 2, bytes: Buffer.alloc(131_072 - 6) }]));
      expect(await client.nextText()).toBe('PDATA');
      expect(store.kept[0]?.length).toBe(131_066);
      client.close();
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
