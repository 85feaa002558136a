import { type Monitor, type MonitorProfile, modeOf, modeWithoutColours, modeWords } from '../domain';
import { type Conformance, conformanceOf, LIMITS } from './conformance';
import { type DisplayTable, gsdfDisplayTable } from './display';

/** How far the greys of a monitor can be trusted, and why no further. */
export interface DisplayState {
  readonly kind: 'hardware' | 'software' | 'none';
  /** "display: ..." for status line and corners. */
  readonly words: string;
  /** On the hover: date, who, meter, deviation; or why it is not calibrated and what to do. */
  readonly detail: string;
  /** What makes the monitor follow the function; undefined: greys are sent as they are. */
  readonly table: DisplayTable | undefined;
  readonly conformance: Conformance | undefined;
  /** Days until the next measurement; negative: overdue. */
  readonly dueInDays: number | undefined;
  readonly pixelMm: number | undefined;
  /** What the system does with colours is being looked at: nothing is said of the greys before that is known. */
  readonly looking: boolean;
}

const DAY_MS = 86_400_000;
const LOOKING = 'display: being looked at';

function none(detail: string, pixelMm: number | undefined, dueInDays?: number): DisplayState {
  return { kind: 'none', words: 'display: not calibrated', detail, table: undefined, conformance: undefined, dueInDays, pixelMm, looking: false };
}

/** Its own words and size: only colours may be other ones, and what is said of them now is what this program sets. */
function isOnlyNotSeen(profile: MonitorProfile, { screen }: Monitor): boolean {
  return (screen.colours ?? 'seen') !== 'seen' && modeWithoutColours(profile.mode) === modeWithoutColours(modeOf(screen));
}

/** Measured under other colours than this program sets, which are not known to be those of the screen now. */
function notSeen({ screen }: Monitor, pixelMm: number | undefined, due: number | undefined): DisplayState {
  const measuredUnder = 'It was measured under a colour profile, or HDR; those of this screen';
  if (screen.colours === 'unknown') return none(`${measuredUnder} could not be looked at.`, pixelMm, due);
  return { ...none(`${measuredUnder} are being looked at.`, pixelMm, due), words: LOOKING, looking: true };
}

/** Days from `now` to the end of a day (ISO date), whole. */
export function daysUntil(dueOn: string | undefined, now: Date): number | undefined {
  if (dueOn === undefined) return undefined;
  const end = Date.parse(`${dueOn}T23:59:59`);
  return Number.isNaN(end) ? undefined : Math.floor((end - now.getTime()) / DAY_MS);
}

/** Two modes in words; as they stand where the words do not tell them apart. */
function changeOfMode(before: string, now: string): readonly [string, string] {
  const words = [modeWords(before), modeWords(now)] as const;
  return words[0] === words[1] ? [before, now] : words;
}

/**
 * The state of a monitor now. It falls back to "not calibrated" with the reason when nobody measured or signed, when its mode, scale or colour profile is another
 * than when it was measured, or when the measurement is overdue: a table that may be wrong is not used. A monitor that is known by its place only, and may have
 * been changed for another one, says so.
 */
export function displayState(monitor: Monitor | undefined, profile: MonitorProfile | undefined, now: Date): DisplayState {
  if (monitor === undefined) return none('It is not known on which monitor this window stands.', undefined);
  const pixelMm = profile?.mode === modeOf(monitor.screen) ? profile.pixelMm?.mm : undefined;
  if (profile === undefined || profile.verified === undefined) return none('Nobody measured this monitor: greys are its own.', pixelMm);
  if (profile.signed === undefined) return none('It was measured, but nobody signed the result.', pixelMm);
  const due = daysUntil(profile.dueOn, now);
  if (profile.mode !== modeOf(monitor.screen) && isOnlyNotSeen(profile, monitor)) return notSeen(monitor, pixelMm, due);
  if (profile.mode !== modeOf(monitor.screen))
    return none(
      `It was measured as ${changeOfMode(profile.mode, modeOf(monitor.screen)).join(' and runs as ')} now: measure again, or set it back.`,
      pixelMm,
      due,
    );
  if (due !== undefined && due < 0) return none(`The measurement was due ${String(-due)} days ago: measure again.`, pixelMm, due);
  const identity = monitor.certain ? '' : ` The monitor is known by its place only (${monitor.basis}): it may be another one.`;
  return withColours(measured(profile, profile.verified, { pixelMm, due, identity }), monitor.screen.colours);
}

/** Greys go out by what was measured; whether that still holds is not said before colour profile and HDR were seen. */
function withColours(state: DisplayState, colours: Monitor['screen']['colours']): DisplayState {
  if (state.kind === 'none' || colours === undefined || colours === 'seen') return state;
  if (colours === 'unknown') return { ...state, detail: `${state.detail} Colour profile and HDR of this screen could not be looked at.` };
  return { ...state, words: LOOKING, detail: `${state.detail} Colour profile and HDR of this screen are being looked at.`, looking: true };
}

interface Known {
  readonly pixelMm: number | undefined;
  readonly due: number | undefined;
  readonly identity: string;
}

function measured(profile: MonitorProfile, verified: NonNullable<MonitorProfile['verified']>, { pixelMm, due, identity }: Known): DisplayState {
  try {
    const conformance = conformanceOf(verified.points, verified.ambient);
    const error = Math.abs(conformance.worst.error);
    if (error > LIMITS.contrastErrorSecondary)
      return none(`Its largest contrast error is ${percent(error)}, more than ${percent(LIMITS.contrastErrorSecondary)}.`, pixelMm, due);
    const { alone } = profile;
    if (profile.way === 'software' && alone === undefined) return none('The measurement of the monitor alone is missing.', pixelMm, due);
    const table =
      profile.way === 'software' && alone !== undefined
        ? gsdfDisplayTable(
            alone.points.map(({ luminance }) => luminance + alone.ambient),
            alone.points.map(({ ddl }) => ddl),
          )
        : undefined;
    const words = profile.way === 'software' ? 'display: GSDF-fitted, 8-bit' : 'display: hardware-calibrated (declared)';
    const detail = `Last measured ${verified.at.slice(0, 10)} by ${verified.by}, meter: ${verified.meter}, largest deviation ${percent(error)}.${identity}`;
    return { kind: profile.way, words, detail, table, conformance, dueInDays: due, pixelMm, looking: false };
  } catch (error) {
    return none(`Its measurement cannot be used: ${error instanceof Error ? error.message : String(error)}.`, pixelMm, due);
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Whether a monitor is fit for primary reading of a modality; `reasons` in words, empty when it is. Mammography is stricter. */
export function fitnessFor(state: DisplayState, modality: string): { readonly fit: boolean; readonly reasons: readonly string[] } {
  const { conformance } = state;
  if (conformance === undefined) return { fit: false, reasons: [state.looking ? 'being looked at' : 'not calibrated'] };
  const mammography = modality === 'MG';
  const projection = mammography || modality === 'CR' || modality === 'DX';
  const brightest = mammography ? LIMITS.leastBrightestMammography : projection ? LIMITS.leastBrightest : LIMITS.leastBrightestSecondary;
  const darkest = mammography ? LIMITS.leastDarkestMammography : LIMITS.leastDarkest;
  const reasons = [
    conformance.brightest < brightest ? `brightest ${Math.round(conformance.brightest)} of ${brightest} cd/m²` : '',
    projection && conformance.darkest < darkest ? `darkest ${conformance.darkest.toFixed(2)} of ${darkest} cd/m²` : '',
    projection && (conformance.ratio < LIMITS.leastRatio || conformance.ratio > LIMITS.mostRatio)
      ? `luminance ratio ${Math.round(conformance.ratio)}, asked ${LIMITS.leastRatio} to ${LIMITS.mostRatio}`
      : '',
    conformance.ambientToDarkest > LIMITS.mostAmbient ? 'the room is too bright' : '',
    Math.abs(conformance.worst.error) > LIMITS.contrastError ? `contrast error ${percent(Math.abs(conformance.worst.error))}` : '',
    projection && state.pixelMm !== undefined && state.pixelMm > LIMITS.mostPixelMm ? `pixels of ${state.pixelMm.toFixed(3)} mm` : '',
    mammography && state.pixelMm === undefined ? 'size of a pixel not known' : '',
  ].filter((reason) => reason !== '');
  return { fit: reasons.length === 0, reasons };
}
