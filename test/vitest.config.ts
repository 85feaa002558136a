import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

/** Projects that `npm test` runs one after the other; e2e belongs to Playwright. */
const projects = [
  { name: 'unit', testTimeout: 60_000 },
  { name: 'contract', testTimeout: 60_000 },
  { name: 'integration', testTimeout: 120_000 },
];

export default defineConfig({
  root,
  plugins: [vue()],
  resolve: { alias: { '@shared': resolve(root, 'shared') } },
  test: {
    projects: projects.map(({ name, testTimeout }) => ({
      extends: true,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout,
        hookTimeout: testTimeout,
        // Files of one project share the machine's few cores; integration talks to real peers and measures bounds of memory.
        fileParallelism: name !== 'integration',
      },
    })),
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: true,
  },
});
