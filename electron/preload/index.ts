import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { HostBridge, HostBridgeName, HostChannels, HostMessage } from '@shared/contract';

// The sandboxed preload: hands ports on, tells the path of a dropped file, passes calls of main through its one channel.
// Nothing else belongs here; a new call or event never changes this file.
const channels: HostChannels = {
  call: 'host:call',
  connect: 'host:connect',
  pixelPorts: 'host:pixel-ports',
  message: 'host:message',
};
const name: HostBridgeName = 'alternatorHost';

const bridge: HostBridge = {
  call: (call, request) => ipcRenderer.invoke(channels.call, { name: call, request }),
  connect: () => ipcRenderer.send(channels.connect),
  requestPixelPorts: (requestId, count) => ipcRenderer.send(channels.pixelPorts, { requestId, count }),
  pathForFile: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
};
contextBridge.exposeInMainWorld(name, bridge);

// Ports cannot cross the bridge: they go by a message to our own window, on our own origin only.
ipcRenderer.on(channels.message, (event, message: HostMessage) => window.postMessage(message, window.location.origin, event.ports));
