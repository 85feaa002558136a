/** The smallest Electron main for a page that is served elsewhere. Benches only. */
const { app, BrowserWindow } = require('electron');

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, show: true, webPreferences: { sandbox: true, contextIsolation: true } });
  void window.loadURL(process.env.CORNERSTONE_URL);
});
