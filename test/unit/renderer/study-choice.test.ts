import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { hostKey, useNodeStore, useStudyChoiceStore, useWorklistStore } from '../../../renderer/stores';
import { FakeHost, fakeRow } from '../../support/ui-harness/fake-host';

const settle = () => vi.advanceTimersByTimeAsync(3000);

async function station(count: number) {
  const host = new FakeHost({ count });
  const app = createApp({});
  const pinia = createPinia();
  app.use(pinia);
  app.provide(hostKey, host);
  setActivePinia(pinia);
  const parts = app.runWithContext(() => ({ host, worklist: useWorklistStore(), choice: useStudyChoiceStore(), node: useNodeStore() }));
  parts.worklist.start();
  parts.choice.start();
  await settle();
  const chosen = (): number[] =>
    parts.choice.studies.map((row) => Array.from({ length: count }, (_, at) => fakeRow(at).StudyInstanceUID).indexOf(row.StudyInstanceUID));
  return { ...parts, chosen };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the choice of several studies', () => {
  it('is the selected one alone until there are more', async () => {
    const { choice, chosen } = await station(20);
    expect(chosen()).toEqual([0]);
    expect(choice.several.size).toBe(0);
    choice.only(4);
    expect(chosen()).toEqual([4]);
  });

  it('takes one more and one less, and never ends empty', async () => {
    const { choice, chosen, worklist } = await station(20);
    choice.only(4);
    choice.toggle(7);
    choice.toggle(2);
    expect(chosen()).toEqual([4, 7, 2]);
    expect(worklist.selectedIndex).toBe(2);
    choice.toggle(2);
    expect(worklist.selectedIndex).toBe(7);
    choice.toggle(7);
    choice.toggle(4);
    expect(chosen()).toEqual([4]);
    expect(choice.several.size).toBe(0);
  });

  it('extends from where it began, both ways, and gives back what it goes back over', async () => {
    const { choice, chosen, worklist } = await station(20);
    choice.only(5);
    await Promise.all([choice.extendTo(8), settle()]);
    expect(chosen()).toEqual([5, 6, 7, 8]);
    expect(worklist.selectedIndex).toBe(8);
    await Promise.all([choice.extendTo(6), settle()]);
    expect(chosen()).toEqual([5, 6]);
    await Promise.all([choice.extendTo(3), settle()]);
    expect(chosen()).toEqual([3, 4, 5]);
    expect(worklist.selectedIndex).toBe(3);
  });

  it('takes all of a list whose pages are not all here', async () => {
    const { choice, chosen } = await station(450);
    await Promise.all([choice.all(), settle()]);
    expect(chosen()).toEqual(Array.from({ length: 450 }, (_, at) => at));
  });

  it('refuses more than it can act on, says so, and leaves the choice as it was', async () => {
    const { choice, chosen, node } = await station(1001);
    choice.only(3);
    await Promise.all([choice.all(), settle()]);
    expect(chosen()).toEqual([3]);
    expect(node.notices.map(({ text }) => text).join()).toContain('At most 1000 studies');
  });

  it('shows what changes meanwhile, and drops what is gone', async () => {
    const { choice, chosen, host } = await station(20);
    choice.only(1);
    await Promise.all([choice.extendTo(3), settle()]);
    host.emit('study.changed', { study: fakeRow(2, { instanceCount: 4242 }), revision: 2 });
    expect(choice.studies.map((row) => row.instanceCount)).toContain(4242);
    host.emit('study.removed', { StudyInstanceUID: fakeRow(2).StudyInstanceUID });
    expect(chosen()).toEqual([1, 3]);
  });

  it('is forgotten with another question, and when another study is selected by another way', async () => {
    const { choice, worklist } = await station(20);
    choice.only(1);
    choice.toggle(2);
    worklist.select(fakeRow(9).StudyInstanceUID);
    await settle();
    expect(choice.several.size).toBe(0);
    choice.only(1);
    choice.toggle(2);
    worklist.setFilter({ PatientName: 'doe' });
    await settle();
    expect(choice.several.size).toBe(0);
  });
});
