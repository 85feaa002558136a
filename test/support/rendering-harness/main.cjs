/** The smallest Electron main that gives a page what the workstation gives it: own scheme, strict policy, isolation. Tests only. */
const { readFile } = require('node:fs/promises');
const { extname, join, normalize } = require('node:path');
const { app, BrowserWindow, protocol } = require('electron');

const folder = process.env.RENDERING_HARNESS;
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const headers = {
  'Content-Security-Policy': process.env.RENDERING_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);

app.whenReady().then(() => {
  protocol.handle('app', async (request) => {
    const path = normalize(new URL(request.url).pathname);
    const file = path === '/' ? '/index.html' : path;
    const bytes = await readFile(join(folder, file)).catch(() => undefined);
    if (bytes === undefined) return new Response('', { status: 404 });
    return new Response(bytes, { headers: { ...headers, 'Content-Type': types[extname(file)] ?? 'application/octet-stream' } });
  });
  const window = new BrowserWindow({ width: 900, height: 700, show: true, webPreferences: { sandbox: true, contextIsolation: true } });
  // For a client that attaches from outside: while the window is made it can hang there (seen in Electron 33).
  window.webContents.once('did-finish-load', () => process.stdout.write('{"window":"loaded"}\n'));
  void window.loadURL('app://workstation/');
});
