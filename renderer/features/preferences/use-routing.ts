import { type RoutingRule, RoutingRules } from '@shared/domain';
import { ref, shallowRef } from 'vue';
import { type ErrorWords, type StationHost, useHost } from '../../stores';

const KEPT = 'What is kept is as it was.';
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The rules as they are kept. Throws when they cannot be read, or not understood. */
async function read(host: StationHost): Promise<{ rules: readonly RoutingRule[]; notice: string }> {
  const { value, notice = '' } = await host.call('settings.get', { name: 'routing' });
  return { rules: RoutingRules.parse(value).rules, notice };
}

/**
 * The routing rules: a settings document of the services, which use it from the next arrival on. The document is written as a whole, so each change looks first whether
 * it is still what the page shows; what could not be read is never written over.
 */
export function useRouting() {
  const host = useHost();
  const rules = shallowRef<readonly RoutingRule[]>([]);
  /** They were read: only then they can be changed. */
  const loaded = ref(false);
  const busy = ref(false);
  const problem = shallowRef<ErrorWords>();
  /** What the services had to say of the document, such as that it was damaged and starts anew. */
  const notice = ref('');

  async function load(): Promise<void> {
    try {
      const found = await read(host);
      rules.value = found.rules;
      if (found.notice !== '') notice.value = found.notice;
      loaded.value = true;
      problem.value = undefined;
    } catch (error) {
      loaded.value = false;
      problem.value = { what: 'The routing rules could not be read', lost: `${KEPT} They cannot be changed until they are read.`, detail: reason(error) };
    }
  }

  /** True when it is kept; otherwise `problem` says why not, and the rules are as they were. */
  async function change(edit: (now: readonly RoutingRule[]) => readonly RoutingRule[]): Promise<boolean> {
    if (!loaded.value || busy.value) return false;
    busy.value = true;
    try {
      const { rules: kept } = await read(host);
      if (JSON.stringify(kept) !== JSON.stringify(rules.value)) {
        rules.value = kept;
        problem.value = {
          what: 'The rules were changed elsewhere meanwhile',
          lost: 'They are shown as they are now, and your change was not made: make it again.',
          detail: '',
        };
        return false;
      }
      const next = RoutingRules.parse({ rules: edit(kept) });
      await host.call('settings.set', { name: 'routing', value: next });
      rules.value = next.rules;
      problem.value = undefined;
      return true;
    } catch (error) {
      problem.value = { what: 'The change could not be kept', lost: KEPT, detail: reason(error) };
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { rules, loaded, busy, problem, notice, load, change };
}
