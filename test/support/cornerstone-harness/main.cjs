/** The smallest Electron main for a page that is served elsewhere. Benches only. */
const { app, BrowserWindow } = require('electron');

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, show: true, webPreferences: { sandbox: true, contextIsolation: true } });
  // A client that attaches while the window is made can hang there (seen in Electron 33): it waits for this line.
  window.webContents.once('did-finish-load', () => process.stdout.write('{"window":"loaded"}\n'));
  void window.loadURL(process.env.CORNERSTONE_URL);
});
