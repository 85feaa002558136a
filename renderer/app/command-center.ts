import { shallowRef } from 'vue';
import type { CommandCenter, CommandHandler, Offer } from '../ui';
import { KEY_TABLE, type KeyRule, printedKey } from './keys';

/** The command center over the key table as it is bound now. Reactive: what is served now can be listed. */
export function createCommandCenter(table: () => readonly KeyRule[] = () => KEY_TABLE): CommandCenter {
  const served = shallowRef<ReadonlyMap<string, readonly CommandHandler[]>>(new Map());

  const sources = shallowRef<readonly ((question: string) => readonly Offer[])[]>([]);

  function handlerOf(id: string): CommandHandler | undefined {
    return served.value.get(id)?.at(-1);
  }

  function canRun(id: string): boolean {
    const handler = handlerOf(id);
    return handler !== undefined && (handler.enabled?.() ?? true);
  }

  return {
    serve(handlers) {
      const next = new Map(served.value);
      for (const [id, handler] of Object.entries(handlers)) next.set(id, [...(next.get(id) ?? []), handler]);
      served.value = next;
      return () => {
        const rest = new Map(served.value);
        for (const [id, handler] of Object.entries(handlers))
          rest.set(
            id,
            (rest.get(id) ?? []).filter((other) => other !== handler),
          );
        served.value = rest;
      };
    },
    offer(source) {
      sources.value = [...sources.value, source];
      return () => (sources.value = sources.value.filter((other) => other !== source));
    },
    offersFor: (question) => sources.value.flatMap((source) => source(question)),
    run(id) {
      const handler = handlerOf(id);
      if (handler === undefined) return false;
      if (!canRun(id)) {
        handler.refused?.();
        return false;
      }
      handler.run();
      return true;
    },
    canRun,
    hintOf: (id) => handlerOf(id)?.hint?.() ?? '',
    keysOf(id) {
      const key = table().find((rule) => rule.id === id)?.keys[0];
      return key === undefined ? '' : printedKey(key);
    },
    wordsOf(id) {
      const words = KEY_TABLE.find((rule) => rule.id === id)?.does ?? id;
      return words.charAt(0).toUpperCase() + words.slice(1);
    },
  };
}
