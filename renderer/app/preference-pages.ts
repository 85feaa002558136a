import { CachePage, CornersPage, GeneralPage, MousePage, type PreferencePage, TlsPage, ToolbarPage, WindowsPage } from '../features/preferences';
import { NodesPane } from '../features/archives';
import KeysPage from './KeysPage.vue';

/** Pages of the preferences in their order. Another feature's page is one entry here, and one in `keys.ts` for the palette. */
export const PREFERENCE_PAGES: readonly PreferencePage[] = [
  {
    id: 'general',
    title: 'General',
    about: 'Each change holds at once.',
    sections: ['general'],
    settings: [
      { id: 'locale', name: 'Language of dates and numbers', words: 'locale region format country' },
      { id: 'reopenStudies', name: 'Open studies come back', words: 'start session restore' },
      { id: 'cineMode', name: 'Cine goes', words: 'loop bounce play' },
      { id: 'chrome', name: 'Brightness around the images', words: 'dim dark chrome' },
    ],
    component: GeneralPage,
  },
  {
    id: 'nodes',
    title: 'Archives and nodes',
    about: 'Where studies are searched, fetched and sent. Holds at once.',
    sections: [],
    settings: [{ id: 'nodes', name: 'Archives and nodes', words: 'AE title host port PACS query retrieve send' }],
    component: NodesPane,
  },
  {
    id: 'tls',
    title: 'TLS',
    about: 'Certificates and keys, for DICOM and DICOMweb. Files are read at each call.',
    sections: [],
    settings: [
      { id: 'caFile', name: 'Trusted authorities', words: 'CA certificate security encryption' },
      { id: 'certificateFile', name: 'Certificate of this station', words: 'client server security' },
      { id: 'keyFile', name: 'Key of this station', words: 'private security' },
      { id: 'tlsPort', name: 'Port for TLS', words: '2762 secure' },
      { id: 'tlsClients', name: 'Callers need a certificate', words: 'client mutual' },
      { id: 'secretsStore', name: 'Store of this station', words: 'secrets key ring keychain token password' },
    ],
    component: TlsPage,
  },
  {
    id: 'cache',
    title: 'Cache',
    about: 'Where the objects are kept, and how long.',
    sections: [],
    settings: [
      { id: 'cachePlace', name: 'Place', words: 'folder data directory disk' },
      { id: 'cacheSize', name: 'Size now', words: 'room disk free full' },
      { id: 'automatic', name: 'Make room by itself', words: 'delete evict clean' },
      { id: 'maxBytes', name: 'At most', words: 'size limit GB' },
      { id: 'minFreeBytes', name: 'Keep free on the disk', words: 'reserve GB' },
      { id: 'keepDays', name: 'Keep what was opened or came within', words: 'days' },
      { id: 'order', name: 'First goes', words: 'oldest' },
    ],
    component: CachePage,
  },
  {
    id: 'keys',
    title: 'Keys',
    about: 'Press a key and then the new one; what two commands would share is named. Holds at once.',
    sections: ['keys'],
    settings: [{ id: 'keys', name: 'Keys', words: 'shortcut keyboard bindings' }],
    component: KeysPage,
  },
  {
    id: 'mouse',
    title: 'Mouse and wheel',
    about: 'On an image. Holds at once.',
    sections: ['mouse'],
    settings: [
      { id: 'buttons', name: 'Buttons', words: 'left middle right drag shift ctrl alt tool pen trackpad' },
      { id: 'wheel-Wheel', name: 'Wheel', words: 'scroll zoom' },
      { id: 'acceleration', name: 'A fast wheel moves more and more images', words: 'acceleration speed' },
      { id: 'reversed', name: 'The wheel turns the other way round', words: 'natural invert direction' },
    ],
    component: MousePage,
  },
  {
    id: 'toolbar',
    title: 'Toolbar',
    about: 'Buttons of the viewer and their order. Holds at once.',
    sections: ['toolbar'],
    settings: [{ id: 'toolbar', name: 'Buttons of the viewer', words: 'icons order hide show' }],
    component: ToolbarPage,
  },
  {
    id: 'corners',
    title: 'Corner texts',
    about: 'By modality, in three levels. Holds at once.',
    sections: ['cornerTexts'],
    settings: [
      { id: 'cornerTexts', name: 'Texts of the corners', words: 'overlay annotation demographics level minimal reading full' },
      { id: 'fewerTexts', name: 'Small viewports show the minimal texts', words: 'overlay' },
    ],
    component: CornersPage,
  },
  {
    id: 'windows',
    title: 'Window presets',
    about: 'On the keys 1 to 9, by modality. Holds at once.',
    sections: ['windowPresets'],
    settings: [{ id: 'windowPresets', name: 'Window presets', words: 'width level center lung bone W/L' }],
    component: WindowsPage,
  },
];
