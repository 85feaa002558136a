import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runShortly } from '../../../electron/main/short-run';

const run = (script: string, timeoutMs: number): Promise<string> =>
  runShortly({ program: process.execPath, args: ['-e', script], folderVariable: 'FOLDER', timeoutMs, graceMs: 300, onStarted: () => undefined });

describe('a program that runs for a moment', () => {
  it('says what it prints, and its folder is taken away with what it wrote', async () => {
    const folder = await run(`require('fs').writeFileSync(process.env.FOLDER + '/x', ''); process.stdout.write(process.env.FOLDER)`, 20_000);
    expect(folder).toContain('alternator-run-');
    expect(existsSync(folder)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is ended when it does not end by being asked to', async () => {
    await expect(run(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`, 1000)).rejects.toThrow();
  });
});
