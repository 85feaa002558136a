/**
 * The key of this station (reliability 5.3), from which nothing but secrets is sealed. `ring`: the key ring of the system keeps it; `none`: the system has no key
 * ring that would protect anything; `locked`: there is one, and it does not open now. Words are for the user.
 */
export type StationKey =
  | { readonly kind: 'ring'; readonly key: Uint8Array; readonly words: string }
  | { readonly kind: 'none'; readonly words: string }
  | { readonly kind: 'locked'; readonly words: string };

/** Whoever can reach the key ring: main in the program, a test by its own. Asked when a secret is first needed, never before. */
export interface KeyProvider {
  /** Never rejects. */
  key(): Promise<StationKey>;
}

/** AES-256-GCM. */
export const KEY_BYTES = 32;

/** Where nobody can be asked: plain Node, commands without a screen. */
export const withoutKeyRing: KeyProvider = {
  key: () => Promise.resolve({ kind: 'none', words: 'There is no key ring here.' }),
};
