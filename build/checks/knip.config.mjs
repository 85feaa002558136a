/** Dead files, exports and dependencies. Entries are what something outside the import graph starts. */
export default {
  entry: [
    'electron/main/index.ts',
    'electron/preload/index.ts',
    'electron/services/entry.ts',
    'electron/services/workers/*.worker.ts',
    'renderer/app/main.ts',
    'renderer/workers/*.worker.ts',
    'build/bootstrap/{start,test,bench,crash}.mjs',
    'build/bootstrap/default-app.cjs',
    'build/bundle/{bundle,vite.config}.mjs',
    'build/checks/{check,dependency-cruiser.config}.mjs',
    'build/package/{after-pack,fpm-by-dpkg}.mjs',
    'build/wasm/compile.mjs',
    'test/{unit,contract,integration}/**/*.test.ts',
    'test/bench/*.bench.ts',
    'test/e2e/**/*.spec.ts',
    'test/e2e/{playwright.config,global-setup}.ts',
    'test/vitest.config.ts',
    // Bundled or started by their path.
    'test/support/**/*-{child,entry}.ts',
    'test/support/*-harness/{page.ts,main.cjs,serve.mjs,vite.config.mjs}',
  ],
  project: ['electron/**/*.ts', 'renderer/**/*.{ts,vue}', 'shared/**/*.ts', 'build/**/*.{mjs,cjs}', 'test/**/*.{ts,mjs,cjs}'],
  paths: { '@shared/*': ['./shared/*'] },
  ignoreExportsUsedInFile: true,
  // An index.ts may show a type that nobody outside names yet.
  rules: { types: 'off' },
  // Started by their path (tool() in build/bootstrap/common.mjs), which knip cannot see.
  ignoreDependencies: ['electron-builder', 'vue-tsc'],
  ignoreBinaries: ['Xvfb', 'dpkg-deb', 'gcc', 'pdftoppm', 'storescp', 'storescu', 'tc'],
};
