/** Where a key holds: everywhere, on the worklist, in a viewer. */
export type KeyScope = 'everywhere' | 'worklist' | 'viewer';

export interface KeyRule {
  readonly id: string;
  /** Keys as `keyName` makes them; the first one is printed. Empty: in palette and menus only. */
  readonly keys: readonly string[];
  readonly scope: KeyScope;
  /** What it does, as the palette, the tooltips and the sheet say it. */
  readonly does: string;
  readonly group: string;
  /** Not offered in the palette: moves that make no sense from there. */
  readonly keyOnly?: boolean;
  /** May repeat while the key is held. */
  readonly repeats?: boolean;
}

const everywhere = (id: string, keys: string[], does: string, group = 'Station'): KeyRule => ({ id, keys, scope: 'everywhere', does, group });
const list = (id: string, keys: string[], does: string, extra: Partial<KeyRule> = {}): KeyRule => ({
  id,
  keys,
  scope: 'worklist',
  does,
  group: 'Worklist',
  ...extra,
});
const view = (id: string, keys: string[], does: string, extra: Partial<KeyRule> = {}): KeyRule => ({
  id,
  keys,
  scope: 'viewer',
  does,
  group: 'Viewer',
  ...extra,
});

const move = { keyOnly: true, repeats: true } as const;

/** Pages of the preferences that the palette goes to. */
const PREFERENCE_PAGES: readonly (readonly [id: string, does: string])[] = [
  ['general', 'preferences: general, language of dates and numbers'],
  ['nodes', 'preferences: archives and nodes'],
  ['routing', 'preferences: routing, what goes on as it arrives'],
  ['tls', 'preferences: TLS, certificates'],
  ['cache', 'preferences: cache'],
  ['keys', 'preferences: keys'],
  ['mouse', 'preferences: mouse and wheel'],
  ['toolbar', 'preferences: toolbar of the viewer'],
  ['corners', 'preferences: corner texts'],
  ['windows', 'preferences: window presets'],
];

/** Every command and its keys (interface.md): handler, tooltips, palette and the sheet read this one table. */
export const KEY_TABLE: readonly KeyRule[] = [
  { ...everywhere('palette.open', ['Ctrl+K'], 'search anything'), keyOnly: true },
  everywhere('keys.show', ['?'], 'sheet of keys'),
  everywhere('preferences.show', ['Ctrl+,'], 'preferences', 'Preferences'),
  ...PREFERENCE_PAGES.map(([id, does]) => everywhere(`preferences.${id}`, [], does, 'Preferences')),
  everywhere('display.show', [], 'display: measure it, look at patterns', 'Display'),
  everywhere('chrome.dimmer', ['Alt+-'], 'dim everything but the images'),
  everywhere('chrome.brighter', ['Alt++'], 'brighten everything but the images'),
  everywhere('worklist.show', ['Alt+1'], 'go to the worklist'),
  everywhere('tab.next', ['Ctrl+Tab'], 'next open study'),
  everywhere('tab.previous', ['Ctrl+Shift+Tab'], 'previous open study'),
  everywhere('import.files', ['Ctrl+O'], 'import files'),
  everywhere('import.folder', ['Ctrl+Shift+O'], 'import a folder'),
  everywhere('study.header', ['Ctrl+I'], 'header: all elements of the object', 'Study'),
  everywhere('senders.show', [], 'senders: who may send, who was refused'),
  everywhere('quarantine.show', [], 'what was set aside'),
  everywhere('transfers.show', ['Ctrl+J'], 'transfers'),
  everywhere('health.show', [], 'health of the station: archives, cache, outbox'),
  everywhere('outbox.show', [], 'outbox: what waits to be sent, and dead letters'),
  everywhere('reconcile.show', [], 'reconcile: what changed at archives that were away'),
  { ...everywhere('reconcile.next', ['N', 'Ctrl+Shift+N'], 'next row without a choice'), keyOnly: true },
  { ...everywhere('reconcile.apply', ['Ctrl+Shift+Enter'], 'apply what was chosen'), keyOnly: true },
  everywhere('outage.show', [], 'outage set: what is made ready before an archive goes away'),
  everywhere('eviction.show', [], 'what would go to make room in the cache'),
  everywhere('archives.tryNow', [], 'ask the archives now'),
  everywhere('nodes.show', [], 'archives and nodes: where we search, fetch and send'),
  everywhere('demo.start', [], 'make demo studies'),
  everywhere('index.rebuild', [], 'rebuild the index from the files'),
  everywhere('node.copyAddress', [], 'copy AE title, address and port of this station'),

  list('list.open', ['Enter'], 'open the study'),
  list('list.up', ['ArrowUp'], 'previous row', move),
  list('list.down', ['ArrowDown'], 'next row', move),
  list('list.pageUp', ['PageUp'], 'one screen up', move),
  list('list.pageDown', ['PageDown'], 'one screen down', move),
  list('list.first', ['Home'], 'first row', move),
  list('list.last', ['End'], 'last row', move),
  list('list.moreUp', ['Shift+ArrowUp'], 'choose one row more upwards', move),
  list('list.moreDown', ['Shift+ArrowDown'], 'choose one row more downwards', move),
  list('list.all', ['Ctrl+A'], 'choose all studies of the list'),
  list('list.filter', ['/'], 'filter the list'),
  list('archive.search', ['Ctrl+F'], 'search archives'),
  list('archive.again', ['Shift+F5'], 'ask the archives again'),
  list('archive.stop', [], 'stop the search at archives'),
  list('list.clear', ['Escape'], 'clear the choice of several studies, then the filter'),
  list('list.details', ['Space'], 'show or hide the details'),
  list('list.save', [], 'save this list'),
  list('list.refresh', ['F5'], 'read the list again'),
  list('list.columns', [], 'columns as they were at first'),
  list('study.unread', [], 'mark as unread', { group: 'Study' }),
  list('study.done', [], 'mark as done', { group: 'Study' }),
  list('study.pin', [], 'pin: keep what is chosen here, whatever makes room', { group: 'Study' }),
  list('study.unpin', [], 'unpin: what is chosen may make room again', { group: 'Study' }),
  list('study.hold', [], 'legal hold: what is chosen is never removed, and nobody deletes it', { group: 'Study' }),
  list('study.endHold', [], 'release the legal hold of what is chosen', { group: 'Study' }),
  list('study.fetch', ['Ctrl+Shift+D'], 'fetch what is chosen, open nothing', { group: 'Study' }),
  list('study.send', ['Ctrl+Shift+S'], 'send what is chosen to a node', { group: 'Study' }),
  list('study.delete', ['Delete'], 'delete what is chosen from this station', { group: 'Study' }),
  list('study.copyUid', [], 'copy the study UID', { group: 'Study' }),
  list('study.copyAccession', [], 'copy the accession number', { group: 'Study' }),
  list('study.copyPatientId', [], 'copy the patient id', { group: 'Study' }),

  view('image.previous', ['ArrowUp'], 'previous image', move),
  view('image.next', ['ArrowDown'], 'next image', move),
  view('image.first', ['Home'], 'first image', move),
  view('image.last', ['End'], 'last image', move),
  view('series.previous', ['ArrowLeft'], 'previous series in the viewport'),
  view('series.next', ['ArrowRight'], 'next series in the viewport'),
  view('viewport.next', ['Tab'], 'next viewport', { keyOnly: true }),
  view('viewport.previous', ['Shift+Tab'], 'previous viewport', { keyOnly: true }),
  view('area.next', ['F6'], 'next area: rail, toolbar, viewports', { keyOnly: true }),
  view('area.previous', ['Shift+F6'], 'previous area', { keyOnly: true }),
  view('window.file', ['0'], "window: the file's own, again: its next", { group: 'Window' }),
  view('window.typed', ['Shift+W'], 'type window width and level', { group: 'Window' }),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => view(`window.preset${n}`, [String(n)], `window preset ${n}`, { group: 'Window' })),
  view('tool.window', ['W'], 'W/L on the left button', { group: 'Tools' }),
  view('tool.zoom', ['Z'], 'zoom on the left button', { group: 'Tools' }),
  view('tool.pan', ['P'], 'pan on the left button', { group: 'Tools' }),
  view('tool.scroll', ['S'], 'scroll on the left button', { group: 'Tools' }),
  view('tool.windowBox', ['J'], 'window from a rectangle on the left button', { group: 'Tools' }),
  view('tool.cursor3d', ['X'], '3D cursor on the left button', { group: 'Tools' }),
  view('view.fit', ['F'], 'fit the image'),
  view('view.oneToOne', ['Shift+F'], '1:1 pixel'),
  view('view.invert', ['I'], 'invert'),
  view('view.flipHorizontal', ['H'], 'flip horizontal'),
  view('view.flipVertical', ['V'], 'flip vertical'),
  view('view.rotateRight', ['.'], 'rotate right 90°'),
  view('view.rotateLeft', [','], 'rotate left 90°'),
  view('view.reset', ['Backspace'], 'reset the view'),
  view('view.trueSize', ['T'], 'true size'),
  view('view.undo', ['Ctrl+Z'], 'undo the last mark or change of a view'),
  view('view.redo', ['Ctrl+Y', 'Ctrl+Shift+Z'], 'redo'),
  view('cine.toggle', ['Space'], 'play or stop cine', { group: 'Cine' }),
  view('cine.faster', ['+'], 'cine faster', { group: 'Cine', repeats: true }),
  view('cine.slower', ['-'], 'cine slower', { group: 'Cine', repeats: true }),
  view('cine.mode', ['Shift+Space'], 'cine round, or there and back', { group: 'Cine' }),
  view('link.toggle', ['Y'], 'link scroll on or off', { group: 'Tools' }),
  view('link.mode', ['Alt+Y'], 'link by position, image number or offset', { group: 'Tools' }),
  view('sync.toggle', ['Shift+Y'], 'sync W/L and zoom on or off', { group: 'Tools' }),
  view('lines.toggle', ['Shift+X'], 'reference lines on or off', { group: 'Tools' }),
  view('probe.toggle', ['Q'], 'values under the pointer on or off', { group: 'Tools' }),
  view('magnifier.hold', ['M'], 'magnifier while held', { keyOnly: true }),
  view('study.next', ['Ctrl+PageDown'], 'next study of the list', { group: 'Study' }),
  view('study.previous', ['Ctrl+PageUp'], 'previous study of the list', { group: 'Study' }),
  view('study.finish', ['Ctrl+Enter'], 'finish the study, open the next', { group: 'Study' }),
  view('keyImage.toggle', ['K'], 'mark the image as key image, or take the mark away', { group: 'Key images' }),
  view('keyImage.next', ['Alt+K'], 'next key image', { group: 'Key images' }),
  view('keyImages.finish', ['Shift+K'], 'finish: make the note of the key images', { group: 'Key images' }),
  view('prior.swap', ['D'], 'swap current and prior', { group: 'Study' }),
  view('prior.older', ['Alt+ArrowDown'], 'older prior', { group: 'Study' }),
  view('prior.newer', ['Alt+ArrowUp'], 'newer prior, or the current study', { group: 'Study' }),
  view('presentation.next', ['Shift+D'], 'next presentation state of the image', { group: 'Picture' }),
  view('over.overlays', ['Shift+O'], 'overlays and annotations on or off', { group: 'Picture' }),
  view('over.shutters', ['Alt+O'], 'shutters on or off', { group: 'Picture' }),
  view('picture.saveImage', ['Ctrl+Alt+S'], 'save the image at its own size', { group: 'Picture' }),
  view('mask.toggle', ['Alt+M'], 'subtract the mask, on or off', { group: 'Picture' }),
  view('mask.here', ['Ctrl+M'], 'take this frame as the mask', { group: 'Picture' }),
  view('mask.up', ['Ctrl+ArrowUp'], 'move the mask up', { group: 'Picture', repeats: true }),
  view('mask.down', ['Ctrl+ArrowDown'], 'move the mask down', { group: 'Picture', repeats: true }),
  view('mask.left', ['Ctrl+ArrowLeft'], 'move the mask left', { group: 'Picture', repeats: true }),
  view('mask.right', ['Ctrl+ArrowRight'], 'move the mask right', { group: 'Picture', repeats: true }),
  view('mpr.toggle', ['U'], 'MPR: axial, sagittal and coronal planes on or off', { group: 'Planes' }),
  view('mpr.thicker', [']'], 'slab thicker', { group: 'Planes' }),
  view('mpr.thinner', ['['], 'slab thinner', { group: 'Planes' }),
  view('mpr.mode', ['Shift+U'], 'slab: MAX, MIN or mean', { group: 'Planes' }),
  view('mpr.images', [], 'planes along the images', { group: 'Planes' }),
  view('mpr.patient', [], "planes along the patient's axes", { group: 'Planes' }),
  view('view.texts', ['O'], 'corner texts: full, reading, minimal'),
  view('layout.grid', ['G'], 'grid of layouts', { group: 'Layout' }),
  ...[1, 2, 3, 4].flatMap((rows) => [1, 2, 3, 4].map((columns) => view(`layout.${rows}x${columns}`, [], `layout ${rows} x ${columns}`, { group: 'Layout' }))),
  view('layout.1+2', [], 'layout: 1 large left of 2', { group: 'Layout' }),
  view('layout.1+3', [], 'layout: 1 large left of 3', { group: 'Layout' }),
  view('layout.1/2', [], 'layout: 1 large above 2', { group: 'Layout' }),
  view('layout.1/3', [], 'layout: 1 large above 3', { group: 'Layout' }),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => view(`layout.named${n}`, [], `own layout ${n}`, { group: 'Layout' })),
  view('picture.copy', ['Ctrl+Shift+C'], 'copy the picture, without texts', { group: 'Picture' }),
  view('picture.save', ['Ctrl+Shift+S'], 'save the picture, without texts', { group: 'Picture' }),
  view('viewport.maximise', ['Enter'], 'maximise or restore the viewport', { group: 'Layout' }),
  view('rail.search', ['/'], 'find a series', { group: 'Layout' }),
  view('rail.toggle', ['F9'], 'series rail', { group: 'Layout' }),
  view('view.back', ['Escape'], 'back: search of the series, tool, layout, planes, worklist', { keyOnly: true }),
  view('tab.close', ['Ctrl+F4'], 'close the study'),
];

const NAMED: Readonly<Record<string, string>> = { ' ': 'Space', Esc: 'Escape', Del: 'Delete' };

/** On a keyboard of another script (Cyrillic, Greek, Arabic...) a letter is the Latin one that stands at its place. */
function latin(key: string, code = ''): string {
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  return place !== undefined && /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key) ? place : key;
}

/** Name of the key of an event: "Ctrl+K", "Shift+F", "?", "ArrowUp". Shift is named only where it changes no sign. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & { readonly code?: string }): string {
  const raw = latin(NAMED[event.key] ?? event.key, event.code);
  const isLetter = /^\p{L}$/u.test(raw);
  const key = isLetter ? raw.toUpperCase() : raw;
  const isSign = raw.length === 1 && !isLetter;
  const parts = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', event.shiftKey && !isSign ? 'Shift' : '', key];
  return parts.filter((part) => part !== '').join('+');
}

/** The command of a key on the screen that is shown. */
export function ruleFor(key: string, scope: KeyScope, table: readonly KeyRule[] = KEY_TABLE): KeyRule | undefined {
  return table.find((rule) => (rule.scope === scope || rule.scope === 'everywhere') && rule.keys.includes(key));
}

/** Keys that two commands of one screen share: there must be none. */
export function keyConflicts(table: readonly KeyRule[]): string[] {
  const conflicts: string[] = [];
  for (const scope of ['worklist', 'viewer'] as const) {
    const seen = new Map<string, string>();
    for (const rule of table) {
      if (rule.scope !== scope && rule.scope !== 'everywhere') continue;
      for (const key of rule.keys) {
        const other = seen.get(key);
        if (other !== undefined) conflicts.push(`${key} (${scope}): ${other}, ${rule.id}`);
        seen.set(key, rule.id);
      }
    }
  }
  return conflicts;
}

const CAPS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Escape: 'Esc',
};

/** A key as it is printed: "Ctrl+PgUp". */
export function printedKey(key: string): string {
  return key
    .split('+')
    .map((part) => CAPS[part] ?? part)
    .join('+');
}
