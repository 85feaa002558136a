import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import base from '../../../build/bundle/vite.config.mjs';

/** The harness built as the renderer is, into the folder of UI_HARNESS_OUT. */
export default mergeConfig(
  base,
  defineConfig({ root: resolve(fileURLToPath(import.meta.url), '..'), build: { outDir: process.env.UI_HARNESS_OUT, minify: false } }),
);
