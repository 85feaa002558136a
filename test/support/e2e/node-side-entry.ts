import { planDemo } from '../../../electron/services/demo';
import { fillIndex } from './fill-index';

/** What the e2e tests need of the services' code, in a process of its own: Playwright's loader cannot import its packages. */
// The day is part of the objects, as in the program (UTC): one that goes on over midnight makes others.
const DEMO = { seed: 20_261_122, today: new Date().toISOString().slice(0, 10).replaceAll('-', '') };

async function main([command, ...args]: readonly string[]): Promise<Uint8Array | string> {
  switch (command) {
    case 'demo-plan':
      return JSON.stringify(planDemo(DEMO).map(({ study, series, StudyInstanceUID }) => ({ study, series, StudyInstanceUID })));
    case 'archived-study': {
      const planned = planDemo({ ...DEMO, studies: 'all' }).find(({ study }) => study === args[0]);
      return planned?.StudyInstanceUID ?? '';
    }
    case 'demo-object': {
      const planned = planDemo(DEMO)[Number(args[0])];
      if (planned === undefined) throw new RangeError(`no demo object ${args[0] ?? ''}`);
      return planned.make().dataSet;
    }
    case 'fill-index':
      await fillIndex(args[0] ?? '', Number(args[1]), Number(args[2] ?? 1));
      return '';
    default:
      throw new Error(`unknown command ${command ?? ''}`);
  }
}

void main(process.argv.slice(2)).then(
  (answer) => process.stdout.write(answer),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
