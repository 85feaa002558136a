import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The renderer as files on the app's own scheme. The page's policy (reliability.md 5.1 point 7) allows no inline script or style and
 * asks for trusted types, so nothing is inlined and templates never become HTML strings (`hoistStatic` would use innerHTML).
 */
export default defineConfig({
  root: resolve(root, 'renderer'),
  base: './',
  publicDir: false,
  resolve: { alias: { '@shared': resolve(root, 'shared') } },
  plugins: [vue({ template: { compilerOptions: { hoistStatic: false } } })],
  worker: { format: 'es' },
  build: {
    outDir: resolve(root, 'dist/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096,
    reportCompressedSize: false,
  },
});
