import { onScopeDispose } from 'vue';

/** What is done while a key is held ends when it goes up, or when the window loses the keyboard. For the life of the calling component. */
export function onKeysReleased(letGo: () => void): void {
  window.addEventListener('keyup', letGo);
  window.addEventListener('blur', letGo);
  onScopeDispose(() => {
    window.removeEventListener('keyup', letGo);
    window.removeEventListener('blur', letGo);
  });
}
