import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { createCommandCenter } from '../../../renderer/app/command-center';
import { serveHeaderCommand } from '../../../renderer/features/viewer/header-command';
import { followLink } from '../../../renderer/features/viewer/object-links';
import { createViewerModel } from '../../../renderer/features/viewer/viewer-model';
import { type StudyTab, useObjectHeaderStore } from '../../../renderer/stores';
import { station } from '../../support/ui-harness/fake-station';
import { fakeReports, fakeRow, fakeSets } from '../../support/ui-harness/fake-studies';
import { library } from '../imaging/fakes';

const row = fakeRow(4);
const [reports, sets] = [fakeReports(row), fakeSets(row)];
const opened = { study: row, series: [], displaySets: [...sets, reports], priors: [], revision: 1 };
const tab: StudyTab = { uid: row.StudyInstanceUID, row, opened, priors: new Map(), problem: undefined };

beforeEach(() => vi.stubGlobal('requestAnimationFrame', () => 0));
afterEach(() => vi.unstubAllGlobals());

async function viewer() {
  const model = createViewerModel((await library(1e10)).library, () => undefined);
  model.showTab(tab, () => undefined);
  model.setLayout('1x2');
  return model;
}

/** A link to the object or image of this number of a set. */
const linkTo = (set: typeof reports, number: number) => {
  const { instanceId } = (set.objects ?? set.frames)[number] ?? expect.fail();
  return { here: { StudyInstanceUID: row.StudyInstanceUID, instanceId }, frame: 1 };
};

describe('several objects in one set', () => {
  it('have the header of the one on the screen', async () => {
    station({ count: 1 });
    const model = await viewer();
    const [header, center] = [useObjectHeaderStore(), createCommandCenter()];
    effectScope().run(() => serveHeaderCommand(center, model));
    model.showSet(model.active.value, reports, 1);
    center.run('study.header');
    expect(header.subject).toEqual({ object: { instanceId: reports.objects?.[1]?.instanceId }, label: 'SR Topogram, 2 of 3' });
  });

  it('are gone to by a link, each by its own, beside what points at it', async () => {
    const model = await viewer();
    const [from, beside] = model.cells;
    if (from === undefined || beside === undefined) expect.fail();
    expect(followLink(model, from, linkTo(reports, 2))).toBe(true);
    expect([beside.set?.id, beside.index]).toEqual([reports.id, 2]);
    expect(followLink(model, from, linkTo(reports, 1)), 'the set stands there').toBe(true);
    expect(beside.index).toBe(1);
    const axial = sets[1] ?? expect.fail();
    expect(followLink(model, from, linkTo(axial, 7)), 'and images as ever').toBe(true);
    expect([beside.set?.id, beside.index]).toEqual([axial.id, 7]);
  });
});
