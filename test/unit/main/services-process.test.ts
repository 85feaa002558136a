import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToServices } from '@shared/contract';
import { createServicesProcess, type ServicesProcess, type ServicesState } from '../../../electron/main/services-process';
import { channelMain, collectingLog, FakeProcess, startOptions } from './fakes';

describe('the supervision of the services', () => {
  let started: FakeProcess[];
  let states: ServicesState[];
  let services: ServicesProcess;
  let now: number;

  beforeEach(() => {
    vi.useFakeTimers();
    started = [];
    states = [];
    now = 0;
    services = createServicesProcess({
      fork: () => {
        const process = new FakeProcess();
        started.push(process);
        return process.asUtilityProcess();
      },
      options: startOptions,
      log: collectingLog(),
      monotonic: () => now,
    });
    services.onState((state) => states.push(state));
    services.start();
  });
  afterEach(() => vi.useRealTimers());

  const latest = (): FakeProcess => {
    const process = started.at(-1);
    if (process === undefined) throw new Error('nothing was started');
    return process;
  };

  it('starts them with the options, and again within a second when they die, on the port that was bound', () => {
    expect(latest().posted[0]?.message).toEqual({ kind: 'start', options: startOptions });
    latest().started(4242);
    expect(services.state).toMatchObject({ kind: 'running', node: { port: 4242 } });
    latest().emit('exit', 9);
    expect(services.state.kind).toBe('restarting');
    vi.advanceTimersByTime(1000);
    expect(started).toHaveLength(2);
    expect(latest().posted[0]?.message).toMatchObject({ kind: 'start', options: { dicomPort: 4242, rebuildIndex: false } });
  });

  it('waits longer each time when they die again and again, at most 10 s, and begins anew after a quiet while', () => {
    const delays: number[] = [];
    for (let death = 0; death < 12; death++) {
      latest().emit('exit', 1);
      const last = states.at(-1);
      if (last?.kind === 'restarting') delays.push(last.delayMs);
      vi.advanceTimersByTime(10_000);
    }
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000, 10_000]);
    now = 60_000;
    latest().emit('exit', 1);
    expect(states.at(-1)).toMatchObject({ kind: 'restarting', delayMs: 100 });
  });

  it('stays down with the reason when a restart would not help', () => {
    latest().emit('message', { kind: 'failed', message: 'another program has the folder', permanent: true });
    latest().emit('exit', 1);
    vi.advanceTimersByTime(60_000);
    expect(services.state).toEqual({ kind: 'failed', message: 'another program has the folder' });
    expect(started).toHaveLength(1);
  });

  it('ends and restarts services that could not start for a passing reason', () => {
    latest().emit('message', { kind: 'failed', message: 'disk busy', permanent: false });
    vi.advanceTimersByTime(1000);
    expect(started).toHaveLength(2);
  });

  it('ignores messages that do not parse', () => {
    for (const message of [undefined, 'started', { kind: 'started' }, { kind: 'exploded' }]) latest().emit('message', message);
    expect(services.state.kind).toBe('starting');
  });

  it('hands a port over with its actor, and closes it when nobody is there to take it', () => {
    const { port1 } = channelMain();
    const message: Extract<ToServices, { kind: 'port' }> = { kind: 'port', port: 'contract', actor: { user: 'u', roles: ['radiologist'] } };
    expect(services.handOver(message, port1)).toBe(true);
    expect(latest().posted.at(-1)).toEqual({ message, ports: [port1] });
    latest().emit('exit', 9);
    const closed = vi.spyOn(port1, 'close');
    expect(services.handOver(message, port1)).toBe(false);
    expect(closed).toHaveBeenCalled();
  });

  it('asks them to stop, ends them when they do not, and does not start them again', async () => {
    const process = latest();
    process.started(1);
    const stopped = services.stop(5000);
    expect(process.posted.at(-1)?.message).toEqual({ kind: 'stop' });
    expect(process.killed).toBe(false);
    vi.advanceTimersByTime(5000);
    await stopped;
    expect(process.killed).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(started).toHaveLength(1);
    expect(services.state.kind).toBe('stopped');
  });

  it('asks them once, however often the program is to end: a second wish must not cut the first short', async () => {
    const process = latest();
    process.started(1);
    const both = Promise.all([services.stop(5000), services.stop(5000)]);
    expect(process.posted.filter(({ message }) => message.kind === 'stop')).toHaveLength(1);
    process.emit('exit', 0);
    await both;
  });

  it('does not wait for services that are down already', async () => {
    latest().emit('exit', 9);
    await services.stop(5000);
    vi.advanceTimersByTime(60_000);
    expect(started).toHaveLength(1);
  });
});
