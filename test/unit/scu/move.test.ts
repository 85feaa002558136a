import { describe, expect, it } from 'vitest';
import { type Arrival, createPool, move } from '../../../electron/services/dimse';
import { scriptedPeer } from '../../support/scripted-peer';
import { QUICK, targetOf } from '../../support/scu-run';

const STUDY = '1.2.3';
const REMAINING = 0x1020;

/** Moves a study from a peer; `arrive` makes an object come in by the node. */
async function moved(port: number, idleMs: number, begin: (arrive: (n: number) => void) => () => void) {
  let listener: (arrival: Arrival) => void = () => undefined;
  const arrive = (n: number): void => listener({ SOPInstanceUID: `${STUDY}.${String(n)}`, StudyInstanceUID: STUDY, isHere: true });
  const end = begin(arrive);
  const pool = createPool({ keepMs: 0 });
  try {
    return await move(
      { pool, arrivals: (each) => ((listener = each), () => undefined) },
      targetOf(port),
      { root: 'study', level: 'STUDY', keys: { StudyInstanceUID: STUDY }, destination: 'ME', isOurs: () => true },
      new AbortController().signal,
      { ...QUICK, idleMs },
    );
  } finally {
    end();
    await pool.close();
  }
}

/** Says "pending" again and again, always with the same counts, until it is told to end. */
const chatty = (isDone: () => boolean) =>
  scriptedPeer(async (side) => {
    await side.associate();
    const query = await side.message();
    if (!query) return side.untilReleased();
    while (!side.isClosed && !isDone()) {
      side.respond(query, 0xff00, undefined, { [REMAINING]: 9 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    side.respond(query, 0x0000);
    return side.untilReleased();
  });

describe('C-MOVE', () => {
  it('O13: takes no pending response for progress: nothing arrives, the counts stand still, it is given up in words', async () => {
    await using peer = await chatty(() => false);
    const { end, arrived } = await moved(peer.port, 200, () => () => undefined);
    expect(end).toMatchObject({ kind: 'failed', failure: { words: expect.stringContaining('nothing more came in time') as string } });
    expect(arrived.size).toBe(0);
  });

  it('O13: goes on as long as objects arrive, whatever the responses say', async () => {
    let n = 0;
    await using peer = await chatty(() => n >= 20);
    const { end, arrived } = await moved(peer.port, 1500, (arrive) => {
      const timer = setInterval(() => arrive(++n), 125);
      return () => clearInterval(timer);
    });
    expect(end).toMatchObject({ kind: 'answered' });
    expect(arrived.size).toBeGreaterThanOrEqual(20);
  });
});
