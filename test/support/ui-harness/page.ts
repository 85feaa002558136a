import '../../../renderer/app/zod-without-eval';
import { createStationApp } from '../../../renderer/app/create-station-app';
import { createImageLibrary } from '../../../renderer/imaging';
import { createViewportStage } from '../../../renderer/vtk';
import { createFakePool } from './fake-pool';
import { FakeHost } from './fake-host';

/** The window over a fake host: `?count=10000&failing&silent&frames=20`. For screenshots and for looking at states. Tests only. */
const query = new URLSearchParams(location.search);
const host = new FakeHost({ count: Number(query.get('count') ?? 10_000), failing: query.has('failing'), silent: query.has('silent') });
const pool = createFakePool(2, Number(query.get('frames') ?? 100_000));
const library = createImageLibrary({ pool, budgetBytes: 2 ** 29 });
Object.assign(globalThis, { fakeHost: host });
const place = document.getElementById('app');
if (place !== null) void createStationApp(host, { library, createStage: (canvas) => createViewportStage(canvas) }).start(place);
