import { describe, expect, it } from 'vitest';
import type { FileLayer } from '../../../electron/services/cache/file-layer';
import { OpenFiles } from '../../../electron/services/cache/open-files';

/** As a kernel does it: the lowest free number is the next file's. */
function kernel() {
  const open = new Map<number, string>();
  const layer = {
    async: {
      open: (path: string) => {
        let handle = 3;
        while (open.has(handle)) handle++;
        open.set(handle, path);
        return Promise.resolve(handle);
      },
      close: (handle: number) => {
        if (!open.delete(handle)) return Promise.reject(new Error('EBADF'));
        return Promise.resolve();
      },
    },
  };
  return { layer: layer as unknown as FileLayer, calls: layer.async, open };
}

function held(): { readonly until: Promise<void>; end(): void } {
  let end = (): void => undefined;
  const until = new Promise<void>((resolve) => (end = resolve));
  return { until, end };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('files that stay open between reads', () => {
  it('gives no number away that a read still uses when everything is forgotten', async () => {
    const { layer, open } = kernel();
    const files = new OpenFiles(layer, 4);
    const gate = held();
    const reading = files.use('a', async (handle) => {
      await gate.until;
      return open.get(handle);
    });
    await settled();
    await files.forget();
    expect(await files.use('b', (handle) => Promise.resolve(open.get(handle)))).toBe('b');
    expect(await files.use('a', (handle) => Promise.resolve(open.get(handle)))).toBe('a');
    gate.end();
    expect(await reading).toBe('a');
    await files.forget();
    expect(open.size).toBe(0);
  });

  it('closes a file once, also when its last read ends while others are being closed: its number is another one by then', async () => {
    const { layer, calls, open } = kernel();
    const files = new OpenFiles(layer, 4);
    const [slow, gate] = [held(), held()];
    await files.use('a', () => Promise.resolve());
    const reading = files.use('b', () => gate.until);
    await settled();
    const { close } = calls;
    calls.close = async (handle) => {
      if (open.get(handle) === 'a') await slow.until;
      return await close(handle);
    };
    const forgetting = files.forget();
    await settled();
    gate.end();
    await reading;
    const journal = await calls.open('journal');
    slow.end();
    await forgetting;
    expect(open.get(journal)).toBe('journal');
  });

  it('closes the one that was used longest ago behind its last read', async () => {
    const { layer, open } = kernel();
    const files = new OpenFiles(layer, 1);
    const gate = held();
    const reading = files.use('a', async (handle) => {
      await gate.until;
      return open.get(handle);
    });
    await files.use('b', () => Promise.resolve());
    await files.use('c', () => Promise.resolve());
    await settled();
    expect([...open.values()].sort()).toEqual(['a', 'c']);
    gate.end();
    expect(await reading).toBe('a');
    expect([...open.values()]).toEqual(['c']);
  });

  it('closes one that is forgotten before it is open, and opens again what did not open', async () => {
    const { layer, calls, open } = kernel();
    const files = new OpenFiles(layer, 4);
    const read = files.use('a', () => Promise.resolve('read'));
    await files.forget();
    expect(await read).toBe('read');
    expect(open.size).toBe(0);
    const { open: works } = calls;
    calls.open = () => Promise.reject(new Error('EMFILE'));
    await expect(files.use('a', () => Promise.resolve())).rejects.toThrow('EMFILE');
    calls.open = works;
    await expect(files.use('a', () => Promise.resolve(1))).resolves.toBe(1);
  });
});
