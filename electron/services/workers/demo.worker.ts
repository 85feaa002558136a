import { parentPort, workerData } from 'node:worker_threads';
import type { DemoOptions, DemoWorkerReply } from '../demo';
import { planDemo } from '../demo';

/** Renders demo images off the services' thread: takes an index of the plan, answers with the object. */
function serve(options: DemoOptions): void {
  const port = parentPort;
  if (port === null) throw new Error('The demo worker runs as a worker thread only');
  const plan = planDemo(options);
  port.on('message', (index: number) => {
    const planned = plan[index];
    if (planned === undefined) {
      port.postMessage({ ok: false, message: `The demo set has no image ${index}` } satisfies DemoWorkerReply);
      return;
    }
    try {
      const object = planned.make();
      port.postMessage({ ok: true, object } satisfies DemoWorkerReply, [object.dataSet.buffer]);
    } catch (error) {
      port.postMessage({ ok: false, message: error instanceof Error ? error.message : String(error) } satisfies DemoWorkerReply);
    }
  });
}

serve(workerData as DemoOptions);
