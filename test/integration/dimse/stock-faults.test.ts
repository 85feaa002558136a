import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleForChild } from '../../support/ul-bundle';
import { createStoreDouble } from '../../support/ul-store-double';
import type { StockSeen } from '../../support/ul-stock-child';
import {
  associateRq,
  commandPdu,
  CT,
  dataPdu,
  echoCommand,
  ILE,
  pdu,
  rawPData,
  storeCommand,
  testIdentity,
  UlClient,
  VERIFICATION,
} from '../../support/ul-client';
import { startTestNode, until } from '../../support/ul-node';

/**
 * The faults D1 to D12 of dcmjs-dimse 0.3.3 that concern an SCP: each is shown on the stock Server first, so that a version which mends it turns
 * its test red and the workaround can go, then shown not to be there behind the guard.
 */
let folder = '';
let bundle = '';
let children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alternator-stock-'));
  bundle = join(folder, 'stock.cjs');
  await bundleForChild('test/support/ul-stock-child.ts', bundle);
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Stock {
  readonly child: ChildProcess;
  readonly port: number;
  seen(): Promise<StockSeen>;
  /** Undefined while it lives. */
  readonly exit: () => string | undefined;
}

async function startStock(mode?: 'fail-writes' | 'streams'): Promise<Stock> {
  const child = fork(bundle, mode ? [mode] : [], { execArgv: ['--max-old-space-size=256'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  children.push(child);
  let exit: string | undefined;
  child.on('exit', (code, signal) => (exit = String(code ?? signal)));
  const port = await new Promise<number>((done) => {
    child.once('message', (message: { port: number }) => {
      done(message.port);
    });
  });
  const seen = (): Promise<StockSeen> =>
    new Promise((done) => {
      child.once('message', (message: StockSeen) => {
        done(message);
      });
      child.send({});
    });
  return { child, port, seen, exit: () => exit };
}

const ten = Buffer.alloc(10, 7);
const store = (bytes: Uint8Array = ten): Buffer => Buffer.concat([commandPdu(1, storeCommand(1)), dataPdu(1, bytes)]);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untilSeen(stock: Stock, condition: (seen: StockSeen) => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (condition(await stock.seen())) return;
    await pause(50);
  }
  throw new Error(`never seen: ${what}`);
}

describe('D1: the association timer of an accepted connection', () => {
  it('never fires in the stock server', async () => {
    const stock = await startStock();
    const client = await UlClient.open(stock.port);
    // Five times the timeout that it was given; it looks once a second.
    await pause(2500);
    expect(client.isClosed).toBe(false);
    expect((await stock.seen()).connections).toBe(1);
    client.close();
  });

  it('fires behind the guard', async () => {
    await using station = await startTestNode({ limits: { artimMs: 100 } });
    const client = await UlClient.open(station.port);
    expect(await client.nextText()).toBe('closed');
  });
});

describe('D2: a peer that takes PDUs of 1 to 6 bytes', () => {
  const tiny = associateRq({
    us: { ...testIdentity, maxLength: 4 },
    contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1', transferSyntaxes: [ILE] }],
  });

  it('kills the stock server by the first response with a data set', async () => {
    const stock = await startStock();
    const client = await UlClient.open(stock.port);
    client.send(tiny);
    expect(await client.nextText()).toBe('AC');
    client.send(
      commandPdu(1, [
        [0x0002, '1.2.840.10008.5.1.4.1.2.2.1'],
        [0x0100, 0x0020],
        [0x0110, 1],
        [0x0700, 0],
        [0x0800, 1],
      ]),
    );
    client.send(dataPdu(1, Buffer.from('0800520006000000535455445920', 'hex')));
    await until(() => stock.exit() !== undefined, 'the end of the process', 60_000);
    expect(stock.exit()).not.toBe('0');
    client.close();
  }, 90_000);

  it('is refused by the guard', async () => {
    await using station = await startTestNode();
    const client = await UlClient.open(station.port);
    client.send(tiny);
    expect(await client.nextText()).toBe('RJ(1,1,1)');
    client.close();
  });
});

describe('D3: no state machine', () => {
  it('takes a second association request in the stock server', async () => {
    const stock = await startStock();
    const client = await UlClient.open(stock.port);
    await client.associate();
    client.send(associateRq());
    expect(await client.nextText()).toBe('AC');
    client.close();
  });

  it('aborts (2,2) on it behind the guard', async () => {
    await using station = await startTestNode();
    const client = await UlClient.open(station.port);
    await client.associate();
    client.send(associateRq());
    expect(await client.nextText()).toBe('ABORT(2,2)');
    client.close();
  });
});

describe('D4: presentation contexts with descending ids', () => {
  const descending = associateRq({
    contexts: [
      { id: 3, abstractSyntax: CT, transferSyntaxes: [ILE] },
      { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [ILE] },
    ],
  });

  it('are not accepted by the stock server', async () => {
    const stock = await startStock();
    const client = await UlClient.open(stock.port);
    client.send(descending);
    expect(await client.nextText()).not.toBe('AC');
    client.close();
  });

  it('work behind the guard, also with a message that the library serves', async () => {
    await using station = await startTestNode();
    const client = await UlClient.open(station.port);
    client.send(descending);
    expect(await client.nextText()).toBe('AC');
    client.send(commandPdu(1, echoCommand()));
    const heard = await client.next();
    expect(heard.kind === 'pdu' && heard.body[4]).toBe(1);
    client.close();
  });
});

describe('D5: after an unknown PDU', () => {
  it('the stock server still serves a C-ECHO', async () => {
    const stock = await startStock();
    const client = await UlClient.open(stock.port, { allowHalfOpen: true });
    await client.associate();
    client.send(pdu(0x55, new Uint8Array(4)));
    await pause(200);
    client.send(commandPdu(3, echoCommand()));
    await untilSeen(stock, (seen) => seen.echoes === 1, 'the C-ECHO');
    client.close();
  });

  it('nothing is served behind the guard', async () => {
    await using station = await startTestNode();
    const client = await UlClient.open(station.port);
    await client.associate();
    client.send(pdu(0x55, new Uint8Array(4)));
    client.send(commandPdu(3, echoCommand()));
    expect([await client.nextText(), await client.nextText()]).toEqual(['ABORT(2,1)', 'closed']);
  });
});

describe('D7: a fault of the store stream', () => {
  it('kills the stock process', async () => {
    const stock = await startStock('fail-writes');
    const client = await UlClient.open(stock.port);
    await client.associate();
    client.send(store());
    await until(() => stock.exit() !== undefined, 'the end of the process');
    expect(stock.exit()).not.toBe('0');
    client.close();
  });

  it('costs that object alone behind the guard', async () => {
    const double = createStoreDouble({
      onWrite: () => {
        throw new Error('ENOSPC');
      },
    });
    await using station = await startTestNode({ store: double });
    const client = await UlClient.open(station.port);
    await client.associate();
    client.send(store());
    expect(await client.nextText()).toBe('PDATA');
    client.send(commandPdu(3, echoCommand(2)));
    expect(await client.nextText()).toBe('PDATA');
    client.close();
  });
});

describe('D9: a data set that is cut off', () => {
  const cut = Buffer.concat([Buffer.from('10001000e8030000', 'hex'), Buffer.from('DOE^')]);

  it('is a good one for the stock server', async () => {
    const stock = await startStock();
    const client = await UlClient.open(stock.port);
    await client.associate({ contexts: [{ id: 1, abstractSyntax: CT, transferSyntaxes: [ILE] }] });
    client.send(store(cut));
    expect(await client.nextText()).toBe('PDATA');
    expect((await stock.seen()).stores).toBe(1);
    client.close();
  });

  it('reaches our walker as the bytes that came: the library never sees them', async () => {
    const double = createStoreDouble({ outcome: () => ({ kind: 'refused', status: 0xc000, comment: 'cut off' }) });
    await using station = await startTestNode({ store: double });
    const client = await UlClient.open(station.port);
    await client.associate({ contexts: [{ id: 1, abstractSyntax: CT, transferSyntaxes: [ILE] }] });
    client.send(store(cut));
    expect(await client.nextText()).toBe('PDATA');
    expect(double.counts).toMatchObject({ begun: 1, finished: 1 });
    client.close();
  });
});

describe('D10: a PDU without end', () => {
  it('is collected in memory by the stock server', async () => {
    const stock = await startStock();
    const before = (await stock.seen()).rssBytes;
    const client = await UlClient.open(stock.port);
    await client.associate();
    client.send(pdu(4, Buffer.alloc(12 * 1024 * 1024), 0x7fffffff));
    await until(() => client.socket.writableLength === 0, 'the bytes to leave', 30_000);
    await untilSeen(stock, (seen) => seen.rssBytes - before > 8 * 1024 * 1024, 'the memory');
    client.close();
  }, 60_000);

  it('is refused on its header by the guard', async () => {
    await using station = await startTestNode();
    const client = await UlClient.open(station.port);
    await client.associate();
    client.send(pdu(4, Buffer.alloc(64), 0x7fffffff));
    expect(await client.nextText()).toBe('ABORT(2,6)');
    client.close();
  });
});

describe('D12: a connection lost in the middle of a C-STORE', () => {
  const half = Buffer.concat([commandPdu(1, storeCommand(1)), rawPData([{ contextId: 1, control: 0, bytes: ten }])]);

  it('leaves the stream of the stock server open for ever', async () => {
    const stock = await startStock('streams');
    const client = await UlClient.open(stock.port);
    await client.associate();
    client.send(half);
    await untilSeen(stock, (seen) => seen.unendedStreams === 1, 'the stream');
    client.close();
    await untilSeen(stock, (seen) => seen.connections === 0, 'the close');
    expect((await stock.seen()).unendedStreams).toBe(1);
  });

  it('ends the writer behind the guard', async () => {
    const double = createStoreDouble();
    await using station = await startTestNode({ store: double });
    const client = await UlClient.open(station.port);
    await client.associate();
    client.send(half);
    await until(() => double.counts.begun === 1, 'the object');
    client.close();
    await until(() => double.counts.aborted === 1, 'the end of the writer');
    expect(station.node.refused()).toEqual([]);
  });
});
