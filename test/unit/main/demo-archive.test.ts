import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StartOptions, ToServices } from '@shared/contract';
import { createDemoArchive, type DemoArchive, type DemoArchiveParts } from '../../../electron/main/demo-archive';
import { createServicesProcess, type ServicesProcess } from '../../../electron/main/services-process';
import { collectingLog, FakeProcess, startOptions } from './fakes';

describe('the demo archive beside the workstation', () => {
  let dataDir: string;
  let stationSide: FakeProcess[];
  let archiveSide: FakeProcess[];
  let archiveOptions: StartOptions[];
  let failures: string[];

  const supervised = (options: StartOptions, started: FakeProcess[]): ServicesProcess =>
    createServicesProcess({
      fork: () => {
        const process = new FakeProcess();
        started.push(process);
        return process.asUtilityProcess();
      },
      options,
      log: collectingLog(),
      monotonic: () => 0,
    });

  function begin(wanted: DemoArchiveParts['wanted']): DemoArchive {
    const options = { ...startOptions, dataDir };
    const station = supervised(options, stationSide);
    station.start();
    return createDemoArchive({
      station,
      options,
      wanted,
      create: (own) => {
        archiveOptions.push(own);
        return supervised(own, archiveSide);
      },
      onFailed: (message) => failures.push(message),
      log: collectingLog(),
      stopTimeoutMs: 100,
    });
  }

  const last = (processes: readonly FakeProcess[]): FakeProcess => {
    const process = processes.at(-1);
    if (process === undefined) throw new Error('nothing was started');
    return process;
  };
  const companions = (process: FakeProcess): Extract<ToServices, { kind: 'companion' }>[] =>
    process.posted.flatMap(({ message }) => (message.kind === 'companion' ? [message] : []));

  beforeEach(() => {
    vi.useFakeTimers();
    dataDir = mkdtempSync(join(tmpdir(), 'alternator-demo-archive-'));
    [stationSide, archiveSide, archiveOptions, failures] = [[], [], [], []];
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('starts where demo studies are made, in a folder of its own, on loopback and any port, with the same day', () => {
    begin('firstRun');
    last(stationSide).started(4000);
    vi.advanceTimersByTime(5000);
    expect(archiveSide).toHaveLength(0);
    last(stationSide).emit('message', { kind: 'demoMade', day: '20261122' });
    vi.advanceTimersByTime(5000);
    expect(archiveOptions).toMatchObject([
      { dataDir: join(dataDir, 'demo-archive'), dicomHost: '127.0.0.1', dicomPort: 0, role: 'demoArchive', demoDay: '20261122', accept: [] },
    ]);
    expect(archiveOptions[0]?.aeTitle).not.toBe(startOptions.aeTitle);
  });

  it('tells both of each other when both run, and again when either was started anew', () => {
    begin('always');
    last(stationSide).started(4000);
    vi.advanceTimersByTime(5000);
    last(archiveSide).started(5000);
    expect(companions(last(stationSide)).at(-1)).toMatchObject({ node: { name: 'Demo archive', port: 5000, role: 'archive', mayQuery: false } });
    expect(companions(last(archiveSide)).at(-1)).toMatchObject({ node: { aeTitle: 'TEST', port: 4000, role: 'other', mayQuery: true } });
    last(archiveSide).emit('exit', 9);
    expect(companions(last(stationSide)).at(-1)?.node).toBeUndefined();
    vi.advanceTimersByTime(1000);
    expect(archiveSide).toHaveLength(2);
    last(archiveSide).started(5001);
    expect(companions(last(stationSide)).at(-1)).toMatchObject({ node: { port: 5001 } });
    last(stationSide).emit('exit', 9);
    vi.advanceTimersByTime(1000);
    last(stationSide).started(4000);
    expect(companions(last(stationSide)).at(-1)).toMatchObject({ node: { port: 5001 } });
  });

  it('starts again where its folder is, and never against --no-demo', () => {
    mkdirSync(join(dataDir, 'demo-archive'));
    begin('never');
    last(stationSide).started(4000);
    vi.advanceTimersByTime(5000);
    expect(archiveSide).toHaveLength(0);
    begin('firstRun');
    last(stationSide).started(4000);
    vi.advanceTimersByTime(5000);
    expect(archiveSide).toHaveLength(1);
  });

  it('is ended and its folder removed when the user takes it off the list', async () => {
    mkdirSync(join(dataDir, 'demo-archive'));
    begin('firstRun');
    last(stationSide).started(4000);
    await vi.advanceTimersByTimeAsync(5000);
    last(archiveSide).started(5000);
    last(stationSide).emit('message', { kind: 'demoUnwanted' });
    expect(last(archiveSide).posted.at(-1)?.message).toEqual({ kind: 'stop' });
    last(archiveSide).emit('exit', 0);
    vi.useRealTimers();
    await vi.waitFor(() => expect(existsSync(join(dataDir, 'demo-archive'))).toBe(false));
    expect(companions(last(stationSide)).at(-1)?.node).toBeUndefined();
  });

  it('stops with the program, also before it was started', async () => {
    const archive = begin('always');
    last(stationSide).started(4000);
    await archive.stop();
    vi.advanceTimersByTime(5000);
    expect(archiveSide).toHaveLength(0);
  });

  it('says why it cannot run', () => {
    begin('always');
    last(stationSide).started(4000);
    vi.advanceTimersByTime(5000);
    last(archiveSide).emit('message', { kind: 'failed', message: 'no room', permanent: true });
    expect(failures).toEqual(['no room']);
  });
});
