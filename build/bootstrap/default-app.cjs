'use strict';
// Packed into resources/default_app.asar of the development runtime: what Electron's own default app does with its command line.
// `-r FILE` (Playwright's loader) first, then the first argument that is no flag is the app's folder.
const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');

let folder;
const preloads = [];
const args = process.argv.slice(1);
for (let index = 0; index < args.length; index++) {
  const arg = args[index];
  if (arg === '-r' || arg === '--require') preloads.push(args[++index]);
  else if (!arg.startsWith('-')) {
    folder = path.resolve(arg);
    break;
  }
}
if (folder === undefined) {
  process.stderr.write('usage: electron [flags] FOLDER [arguments]\n');
  app.exit(2);
} else {
  process.defaultApp = true;
  for (const file of preloads) require(path.resolve(file));
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  app.setAppPath(folder);
  if (typeof manifest.version === 'string') app.setVersion(manifest.version);
  const name = manifest.productName ?? manifest.name;
  if (typeof name === 'string') {
    app.setName(name);
    app.setPath('userData', path.join(app.getPath('appData'), name));
  }
  if (typeof manifest.desktopName === 'string') app.setDesktopName(manifest.desktopName);
  require(path.join(folder, manifest.main ?? 'index.js'));
}
