import type { LuminancePoint, MeasuredPoints, Monitor, MonitorProfile, ScreenInfo } from '@shared/domain';
import { modeOf, modeWithoutColours, modeWords } from '@shared/domain';
import { type Conformance, conformanceOf, type DisplayTable, distinctGreys, gsdfDisplayTable, measuredLevels } from '@shared/grayscale';
import { computed, ref, shallowRef } from 'vue';
import { checked, readCsv } from './readings';

/** Name of the meter where nobody gave another. */
const TYPED = 'typed by hand';

export type Which = 'alone' | 'verified';

/** One run over the greys of a measurement. */
export interface Run {
  readonly which: Which;
  readonly levels: readonly number[];
  readonly values: readonly (number | undefined)[];
  readonly at: number;
}

const isSeen = ({ colours = 'seen' }: ScreenInfo): boolean => colours === 'seen';

/** Colours that were not seen are not known to differ. */
function isSameMode(one: ScreenInfo, other: ScreenInfo): boolean {
  const [left, right] = [modeOf(one), modeOf(other)];
  return isSeen(one) && isSeen(other) ? left === right : modeWithoutColours(left) === modeWithoutColours(right);
}

/** A guided measurement of one monitor: the display alone, then with its correction, then the verdict. Nothing is kept before it is signed. */
export function createMeasurement(old: MonitorProfile | undefined) {
  const way = ref<MonitorProfile['way']>(old?.way ?? 'software');
  const count = ref<'18' | '52' | '256'>('18');
  const ambient = ref(old?.verified?.ambient ?? 0);
  const meter = ref(old?.verified?.meter ?? TYPED);
  const by = ref(old?.verified?.by ?? '');
  const dither = ref(old?.dither === true);
  const warm = ref(false);
  const months = ref(6);
  const alone = shallowRef<MeasuredPoints | undefined>(old?.alone);
  const verified = shallowRef<MeasuredPoints | undefined>(old?.verified);
  const run = shallowRef<Run>();
  const problem = ref('');
  /** Something was measured that nobody has signed yet. */
  const fresh = ref(false);

  /** As the screen ran when it was last known. */
  let screenNow: ScreenInfo | undefined;

  /** The screen as it runs now. Where that is another way than before, what was measured and nobody has signed is not of it any more, and is dropped with words. */
  function follow(screen: ScreenInfo): void {
    const before = screenNow;
    if (before !== undefined && isSameMode(before, screen)) {
      if (isSeen(screen)) screenNow = screen;
      return;
    }
    screenNow = screen;
    if (before === undefined || (!fresh.value && run.value === undefined)) return;
    [alone.value, verified.value, run.value, fresh.value] = [old?.alone, old?.verified, undefined, false];
    problem.value = `The screen ran as ${modeWords(modeOf(before))} and runs as ${modeWords(modeOf(screen))} now: what was measured does not count. Measure again.`;
  }

  /** What makes the display follow the function; undefined where it corrects itself, or was not measured. */
  const table = computed((): DisplayTable | undefined => {
    if (way.value === 'hardware' || alone.value === undefined) return undefined;
    try {
      const { points, ambient: light } = alone.value;
      return gsdfDisplayTable(
        points.map(({ luminance }) => luminance + light),
        points.map(({ ddl }) => ddl),
      );
    } catch {
      return undefined;
    }
  });
  const verdict = computed((): Conformance | undefined => judge(verified.value));
  const aloneVerdict = computed((): Conformance | undefined => judge(alone.value));
  const greys = computed(() => distinctGreys(table.value));

  /** How the screen ran (`modeOf`) when what is shown was measured. */
  const mode = (): string | undefined => (fresh.value && screenNow !== undefined ? modeOf(screenNow) : old?.mode);

  function judge(measured: MeasuredPoints | undefined): Conformance | undefined {
    if (measured === undefined) return undefined;
    try {
      return conformanceOf(measured.points, measured.ambient);
    } catch {
      return undefined;
    }
  }

  function begin(which: Which): void {
    problem.value = '';
    const levels = measuredLevels(Number(count.value));
    run.value = { which, levels, values: levels.map(() => undefined), at: 0 };
  }

  function finish(which: Which, points: readonly LuminancePoint[], from = meter.value): void {
    const readings = checked(points);
    if ('reason' in readings) {
      problem.value = `The measurement was not taken: ${readings.reason}.`;
      return;
    }
    const measured: MeasuredPoints = { at: new Date().toISOString(), by: by.value, meter: from, ambient: ambient.value, points: [...readings.points] };
    try {
      conformanceOf(measured.points, measured.ambient);
    } catch (error) {
      problem.value = `The measurement was not taken: ${error instanceof Error ? error.message : String(error)}.`;
      return;
    }
    problem.value = '';
    fresh.value = true;
    if (which === 'alone') {
      alone.value = measured;
      verified.value = undefined;
    } else verified.value = measured;
  }

  /** One reading in cd/m²; the last one ends the run. */
  function take(luminance: number): void {
    const now = run.value;
    if (now === undefined) return;
    const values = now.values.with(now.at, luminance);
    if (now.at + 1 < now.levels.length) {
      run.value = { ...now, values, at: now.at + 1 };
      return;
    }
    run.value = undefined;
    finish(
      now.which,
      now.levels.map((ddl, at) => ({ ddl, luminance: values[at] ?? 0 })),
    );
  }

  function back(): void {
    if (run.value !== undefined && run.value.at > 0) run.value = { ...run.value, at: run.value.at - 1 };
  }

  function fromCsv(which: Which, text: string): void {
    const readings = readCsv(text);
    if ('reason' in readings) problem.value = `The file was not taken: ${readings.reason}.`;
    else finish(which, readings.points, meter.value === '' || meter.value === TYPED ? 'from a CSV file' : `${meter.value}, from a CSV file`.slice(0, 120));
  }

  /** Whoever signs has measured, unless somebody else is named already. */
  const named = (measured: MeasuredPoints): MeasuredPoints => (measured.by === '' ? { ...measured, by: by.value.trim() } : measured);

  /** The signed profile of the monitor as it runs now. `dueOn` is whole months from today. */
  function signed({ key, name, screen }: Monitor): MonitorProfile | undefined {
    if (verified.value === undefined || verdict.value === undefined || by.value.trim() === '') return undefined;
    const due = new Date();
    due.setMonth(due.getMonth() + months.value);
    const at = new Date().toISOString();
    const history = [...(old?.history ?? []), { at: verified.value.at, maxErrorPercent: Math.abs(verdict.value.worst.error) * 100 }].slice(-200);
    return {
      ...{ key, name, way: way.value, mode: modeOf(screen), history, checks: old?.checks ?? [], dither: dither.value },
      ...(way.value === 'software' && alone.value !== undefined ? { alone: named(alone.value) } : {}),
      ...(way.value === 'hardware' ? { declaredBy: by.value.trim() } : {}),
      ...(old?.pixelMm === undefined ? {} : { pixelMm: old.pixelMm }),
      ...{ verified: named(verified.value), signed: { at, by: by.value.trim() }, dueOn: due.toISOString().slice(0, 10) },
    };
  }

  return {
    ...{ way, count, ambient, meter, by, dither, warm, months, alone, verified, run, problem, fresh },
    ...{ table, verdict, aloneVerdict, greys, mode, begin, take, back, fromCsv, follow, signed },
    stop: () => (run.value = undefined),
    tell: (words: string) => (problem.value = words),
  };
}

export type Measurement = ReturnType<typeof createMeasurement>;
