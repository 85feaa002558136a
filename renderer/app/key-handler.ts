import type { CommandCenter } from '../ui';
import { keyName, type KeyRule, type KeyScope, ruleFor } from './keys';

const TEXT_INPUTS = new Set(['text', 'search', 'number', 'email', 'tel', 'url', 'password', 'date', 'time', '']);

function isTextField(target: Element | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.has(target.type);
  return target instanceof HTMLElement && target.isContentEditable;
}

/** What a text field does by itself: the clipboard, choosing, undoing, going and erasing by words. */
const EDITING = /^Ctrl\+(?:[ACVXYZ]|(?:Shift\+)?(?:Z|Arrow(?:Up|Down|Left|Right)|Home|End|Backspace|Delete))$/;

/** Whether a key stays in a text field that has the focus: letters, and what edits a text. */
export function isForText(key: string): boolean {
  return EDITING.test(key) || !/^(Ctrl|Alt|F\d)/.test(key);
}

/** Whether the focused control needs this key for itself. */
function keptByControl(target: Element | null, key: string): boolean {
  if (target === null) return false;
  const isInside = target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
  // An open window has the keys, also while the focus is on its way there, and when the control that had it went away.
  if (!isInside && target.ownerDocument.querySelector('[role="dialog"][data-state="open"]') !== null) return true;
  if (isTextField(target)) return isForText(key);
  if (isInside) return true;
  const pressable = target.closest('button, a, [role="button"], [role="tab"], summary') !== null;
  return pressable && (key === 'Enter' || key === 'Space');
}

/**
 * Runs the command of a key press. Single letters are off while a text field has focus; Tab walks the viewports only while
 * a viewport has focus.
 * @returns the unsubscriber
 */
export function installKeyHandler(page: Document, commands: CommandCenter, scope: () => KeyScope, table: () => readonly KeyRule[]): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = keyName(event);
    const target = event.target instanceof Element ? event.target : null;
    if (keptByControl(target, key)) return;
    if ((key === 'Tab' || key === 'Shift+Tab') && target?.closest('[data-viewport]') === null) return;
    const rule = ruleFor(key, scope(), table());
    if (rule === undefined) return;
    if (event.repeat && rule.repeats !== true) {
      event.preventDefault();
      return;
    }
    if (commands.run(rule.id)) event.preventDefault();
  };
  page.addEventListener('keydown', onKeyDown);
  return () => page.removeEventListener('keydown', onKeyDown);
}
