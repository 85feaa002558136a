import { describe, expect, it } from 'vitest';
import { commandFields } from '../../../electron/services/dimse/command-set';
import { FIND, GET, study, queryNode, associated, identifier, request, cancel, commands } from '../../support/query-peer';
import { until } from '../../support/ul-node';

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
