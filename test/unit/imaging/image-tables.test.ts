import { type ImageLuts, InstanceId, type Lut } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { ImageTables, type TableState } from '../../../renderer/imaging/image-tables';

const lut = (values: readonly number[], more: Partial<Lut> = {}): Lut => ({ first: 0, bits: 16, values: Uint16Array.from(values), explanation: '', ...more });
const luts = (voiLuts: readonly Lut[], modalityLut?: Lut): ImageLuts => ({
  modalityLutType: '',
  voiLuts: [...voiLuts],
  problems: [],
  ...(modalityLut === undefined ? {} : { modalityLut }),
});
const image = (id: number) => ({ instanceId: InstanceId.parse(id), luts: { modality: true, voi: true } });
const nobody = (): void => undefined;
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe('tables of images', () => {
  it('are not asked for where the image has none', () => {
    const tables = new ImageTables(() => expect.fail('asked'));
    expect(tables.of({ instanceId: InstanceId.parse(1) }, nobody)).toEqual({ kind: 'none' });
  });

  it('are asked for once, and every waiting viewer is told once', async () => {
    const asked: number[] = [];
    const tables = new ImageTables((id) => {
      asked.push(id);
      return Promise.resolve(luts([lut([1, 2])]));
    });
    const told: string[] = [];
    expect(tables.of(image(7), () => told.push('a'))).toEqual({ kind: 'waiting' });
    expect(tables.of(image(7), () => told.push('b'))).toEqual({ kind: 'waiting' });
    await settled();
    expect(tables.of(image(7), () => told.push('late'))).toEqual({ kind: 'ready', luts: luts([lut([1, 2])]) });
    await settled();
    expect([asked, told]).toEqual([[7], ['a', 'b']]);
  });

  it('that failed say why, until someone tries again', async () => {
    let count = 0;
    const tables = new ImageTables(() => (count++ === 0 ? Promise.reject(new Error('its file is gone')) : Promise.resolve(luts([]))));
    tables.of(image(7), nobody);
    await settled();
    expect(tables.of(image(7), nobody)).toEqual({ kind: 'failed', reason: 'its file is gone' });
    expect(count).toBe(1);
    tables.retryFailed();
    tables.of(image(7), nobody);
    await settled();
    expect(tables.of(image(7), nobody).kind).toBe('ready');
  });

  it('that are alike are the same object: scrolling through a stack makes no new grey', async () => {
    const answers = [[lut([1, 2, 3])], [lut([1, 2, 3])], [lut([1, 2, 4])], [lut([1, 2, 3], { first: 5 })]];
    const tables = new ImageTables((id) => Promise.resolve(luts(answers[id - 1] ?? [])));
    const first = async (id: number): Promise<Lut | undefined> => {
      tables.of(image(id), nobody);
      await settled();
      const state: TableState = tables.of(image(id), nobody);
      return state.kind === 'ready' ? state.luts.voiLuts[0] : undefined;
    };
    const [a, b, c, d] = [await first(1), await first(2), await first(3), await first(4)];
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect(d).toEqual(answers[3]?.[0]);
  });

  it('are kept within a number of bytes, the oldest go', async () => {
    const asked: number[] = [];
    const tables = new ImageTables((id) => {
      asked.push(id);
      return Promise.resolve(luts([], lut(Array.from({ length: 1000 }, (_, at) => at + id))));
    }, 4500);
    for (const id of [1, 2, 1, 3, 1, 2]) {
      tables.of(image(id), nobody);
      await settled();
    }
    expect(asked).toEqual([1, 2, 3, 2]);
  });
});
