import { describe, expect, it } from 'vitest';
import { parseAssociateAc } from '../../../electron/services/dimse/association-items';
import type { Logger } from '../../../electron/services/logging/logger';
import { createStoreDouble } from '../../support/ul-store-double';
import { associateRq, commandPdu, CT, echoCommand, ELE, ILE, pdu, rawPData, storeCommand, testIdentity, UlClient, VERIFICATION } from '../../support/ul-client';
import { startTestNode, type TestNode, type TestNodeOptions } from '../../support/ul-node';

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
