import type { Monitor } from '@shared/domain';
import type { Measurement } from './use-measurement';

/** A field of a CSV file; what a spreadsheet would take for a formula is not one. */
function field(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The measurement with its targets, to be read by other programs and by people. */
export function measurementCsv(monitor: Monitor, { verified, verdict }: Measurement): string {
  const measured = verified.value;
  const result = verdict.value;
  if (measured === undefined || result === undefined) return '';
  const head = [
    ['display', field(monitor.name)],
    ['identity', field(monitor.basis)],
    ['measured at', measured.at],
    ['by', field(measured.by)],
    ['meter', field(measured.meter)],
    ['ambient cd/m2', String(measured.ambient)],
    ['largest contrast error', result.worst.error.toFixed(4)],
    [],
    ['grey', 'luminance cd/m2', 'with ambient cd/m2', 'GSDF target cd/m2', 'contrast error of the step to the next'],
  ];
  const rows = measured.points.map(({ ddl, luminance }, at) => [
    String(ddl),
    luminance.toFixed(4),
    (luminance + measured.ambient).toFixed(4),
    (result.targets[at] ?? 0).toFixed(4),
    result.steps[at]?.error.toFixed(4) ?? '',
  ]);
  return `${[...head, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

/** The display alone as a calibration file (`--calibration`). */
export function calibrationFile(monitor: Monitor, { alone }: Measurement): string {
  const measured = alone.value;
  const value = {
    format: 'alternator-calibration',
    version: 1,
    name: monitor.name.slice(0, 200),
    ...(measured === undefined ? {} : { measuredOn: measured.at.slice(0, 10) }),
    ambient: measured?.ambient ?? 0,
    points: measured?.points ?? [],
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
