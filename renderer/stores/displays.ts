import { DisplaySettings, edidPixelMm, type GatePolicy, matchMonitors, type Monitor, type MonitorProfile, type VisualCheck } from '@shared/domain';
import { type DisplayState, displayState, fitnessFor } from '@shared/grayscale';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { coalesce } from './coalesce';
import { UNTIL_ANSWERED, useHost } from './host';
import { useNodeStore } from './node';
import { wordsOf } from './words';

/** What a viewport says of the monitor for what it shows. */
export interface Gate {
  readonly policy: GatePolicy;
  readonly reasons: readonly string[];
}

/** A measurement that is due within so many days is announced. */
const REMIND_DAYS = 14;
const LOOK_AGAIN_MS = 60_000;

/** The monitors of this computer, what was measured of them, and the state of the one that the window stands on. */
export const useDisplaysStore = defineStore('displays', () => {
  const host = useHost();
  const node = useNodeStore();
  const monitors = shallowRef<readonly Monitor[]>([]);
  const settings = shallowRef<DisplaySettings>({ profiles: [] });
  /** What the system does not tell about monitors, in words. */
  const unknown = ref('');
  /** Why the measurements that are kept could not be read: then nothing is written over them. */
  let unread: string | undefined;
  const now = shallowRef(new Date());
  /** Modalities that are looked at although the monitor is not fit, by monitor: until the program ends. */
  const overridden = shallowRef<ReadonlySet<string>>(new Set());

  const here = computed(() => monitors.value.find((one) => one.screen.here));
  const profileOf = (key: string | undefined): MonitorProfile | undefined => settings.value.profiles.find((one) => one.key === key);
  const profile = computed(() => profileOf(here.value?.key));
  const state = computed((): DisplayState => displayState(here.value, profile.value, now.value));
  const policy = computed((): GatePolicy => settings.value.policy ?? 'inform');
  /** Millimetres of a device pixel: measured with a card, else by the monitor's own size. */
  const pixelMm = computed(() => state.value.pixelMm ?? (here.value === undefined ? undefined : edidPixelMm(here.value)));

  /** Who says how large a pixel is. */
  const pixelBasis = computed(() => (state.value.pixelMm === undefined ? undefined : profile.value?.pixelMm?.basis) ?? 'size by the monitor itself');

  const overrideKey = (modality: string): string => `${here.value?.key ?? ''} ${modality}`;

  /** What stands in the way of primary reading of a modality here; undefined: nothing. */
  function gateFor(modality: string): Gate | undefined {
    const { fit, reasons } = fitnessFor({ ...state.value, pixelMm: pixelMm.value }, modality);
    if (fit) return undefined;
    const overruled = overridden.value.has(overrideKey(modality));
    return { policy: policy.value === 'block' && overruled ? 'warn' : policy.value, reasons };
  }

  /** Looks all the same: noted in the audit trail. */
  function override(modality: string): void {
    const gate = gateFor(modality);
    if (gate === undefined) return;
    overridden.value = new Set([...overridden.value, overrideKey(modality)]);
    host.call('display.override', { monitor: here.value?.key ?? '', modality: modality.slice(0, 16), reasons: [...gate.reasons] }).catch((error: unknown) => {
      const words = wordsOf(error, 'The look on a display that is not fit could not be noted');
      if (words !== undefined) node.notify({ key: 'display-override', level: 'attention', text: `${words.what}.`, detail: words.detail });
    });
  }

  function remind(): void {
    const due = state.value.dueInDays;
    const name = here.value?.name ?? '';
    if (due === undefined || due > REMIND_DAYS) {
      node.dismiss('display-due');
      return;
    }
    const text =
      due < 0
        ? `The display ${name} was due to be measured ${String(-due)} days ago. It counts as not calibrated until it is.`
        : `The display ${name} is due to be measured in ${String(due)} days.`;
    node.notify({ key: 'display-due', level: due < 0 ? 'danger' : 'attention', text, detail: state.value.detail });
  }

  /** `anew`: what the system does with colours is looked at again, though nobody said that it changed. */
  async function lookAtScreens(anew = false): Promise<void> {
    try {
      const [{ screens }, { monitors: connected, problem }] = await Promise.all([host.call('app.screens', { look: anew }), host.call('monitor.connected', {})]);
      monitors.value = matchMonitors(screens, connected);
      unknown.value = problem ?? '';
      remind();
    } catch (error) {
      const words = wordsOf(error, 'The displays of this computer could not be asked');
      if (words !== undefined) unknown.value = `${words.what}.`;
    }
  }

  function sayUnread(what: string, detail: string): void {
    node.notify({ key: 'displays', level: 'attention', text: `${what}. They count as not calibrated.`, detail });
  }

  async function load(): Promise<void> {
    try {
      const answer = await host.call('settings.get', { name: 'displays' }, UNTIL_ANSWERED);
      const parsed = DisplaySettings.safeParse(answer.value);
      if (parsed.success || answer.value === undefined) settings.value = parsed.data ?? { profiles: [] };
      unread = parsed.success || answer.value === undefined ? undefined : parsed.error.message;
      if (unread !== undefined) sayUnread('The measurements of the displays could not be read', unread);
      if (answer.notice !== undefined) node.notify({ key: 'settings-displays', level: 'attention', text: answer.notice, detail: '' });
    } catch (error) {
      const words = wordsOf(error, 'The measurements of the displays could not be read');
      unread = words?.detail ?? '';
      if (words !== undefined) sayUnread(words.what, words.detail);
    }
    await lookAtScreens();
  }

  /** Keeps it durably, or throws: a measurement that is not kept must not be said to be. */
  async function keep(next: DisplaySettings): Promise<void> {
    if (unread !== undefined) throw new Error('the measurements that are kept could not be read, and are not written over');
    await host.call('settings.set', { name: 'displays', value: next });
    settings.value = next;
    now.value = new Date();
    remind();
  }

  async function putProfile(next: MonitorProfile): Promise<void> {
    await keep({ ...settings.value, profiles: [...settings.value.profiles.filter((one) => one.key !== next.key), next] });
  }

  async function addCheck(key: string, check: VisualCheck): Promise<void> {
    const old = profileOf(key);
    if (old !== undefined) await putProfile({ ...old, checks: [...old.checks, check].slice(-400) });
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    const later = coalesce(() => void lookAtScreens(), 200);
    host.on('app.screensChanged', () => later.request());
    host.onReconnected(() => void load());
    window.setInterval(() => {
      now.value = new Date();
      remind();
    }, LOOK_AGAIN_MS);
    void load();
  }

  return {
    monitors,
    settings,
    unknown,
    here,
    profile,
    profileOf,
    state,
    policy,
    pixelMm,
    pixelBasis,
    gateFor,
    override,
    putProfile,
    addCheck,
    keep,
    load,
    lookAtScreens,
    start,
  };
});
