import type { ConnectedMonitor, EdidIdentity, Monitor, ScreenInfo } from './monitor';

/**
 * Which screen of the window system is which monitor. A screen is a monitor for certain when exactly one EDID fits it (by the name that the window system gives,
 * else because there is one of each) and that EDID has a serial number. Everything else is said to be uncertain: a profile then holds for the place, not the panel.
 */
export function matchMonitors(screens: readonly ScreenInfo[], connected: readonly ConnectedMonitor[]): Monitor[] {
  const known = connected.flatMap((one) => (one.edid === undefined ? [] : [{ connector: one.connector, edid: one.edid }]));
  return screens.map((screen) => {
    const named = known.filter(({ connector, edid }) => screen.label !== '' && (screen.label === edid.name || screen.label === connector));
    const fits = named.length > 0 ? named : known.filter(({ edid }) => sameMode(screen, edid));
    const only = fits.length === 1 ? fits[0] : screens.length === 1 && known.length === 1 ? known[0] : undefined;
    if (only === undefined) {
      const basis = known.length === 0 ? 'this computer tells nothing about its monitors' : 'several monitors could be this one';
      return { key: `screen ${screen.id}`, name: screen.label === '' ? `Screen ${screen.id}` : screen.label, certain: false, basis, screen };
    }
    const { edid, connector } = only;
    const key = [edid.manufacturer, edid.productCode.toString(16).padStart(4, '0'), edid.serial === '' ? connector : edid.serial].join('-');
    const name = [edid.manufacturer, edid.name].filter((part) => part !== '').join(' ');
    const certain = edid.serial !== '';
    const basis = certain ? `EDID at ${connector}, serial ${edid.serial}` : `EDID at ${connector}, which has no serial number`;
    return { key, name, certain, basis, screen, edid };
  });
}

function sameMode({ width, height }: ScreenInfo, { preferred }: EdidIdentity): boolean {
  return preferred !== undefined && ((preferred.width === width && preferred.height === height) || (preferred.width === height && preferred.height === width));
}

/** Millimetres of a device pixel by the monitor's own size; undefined when it says none or does not run at its own resolution. */
export function edidPixelMm({ edid, screen }: Pick<Monitor, 'edid' | 'screen'>): number | undefined {
  if (edid?.sizeMm === undefined || edid.preferred === undefined || !sameMode(screen, edid)) return undefined;
  const [across, down] = [edid.sizeMm[0] / edid.preferred.width, edid.sizeMm[1] / edid.preferred.height];
  // A size that makes pixels other than square is none.
  return across > 0.02 && across < 2 && Math.abs(across / down - 1) < 0.05 ? (across + down) / 2 : undefined;
}
