import { CallError, type Handlers } from '@shared/contract';
import { displaySystemRecord, type MeterDriver, type MonitorProbe } from '../../monitors';

type MonitorHandlers = Pick<Handlers<'services'>, 'monitor.connected' | 'meter.list' | 'meter.read' | 'display.record' | 'display.override'>;

export interface MonitorParts {
  readonly probe: MonitorProbe;
  readonly meters: readonly MeterDriver[];
  /** Name of this computer. */
  readonly hostName: string;
}

export function monitorHandlers({ probe, meters, hostName }: MonitorParts): MonitorHandlers {
  return {
    'monitor.connected': async () => {
      const { monitors, problem } = await probe.list();
      return { monitors: [...monitors], ...(problem === undefined ? {} : { problem }) };
    },
    'meter.list': async () => ({
      meters: await Promise.all(meters.map(async (meter) => ({ id: meter.id, name: meter.name, ...(await meter.look()) }))),
    }),
    'meter.read': async ({ meter }) => {
      const driver = meters.find((one) => one.id === meter);
      if (driver === undefined) throw new CallError('notFound', `no meter ${meter}`);
      try {
        return await driver.read();
      } catch (error) {
        throw new CallError('unavailable', error instanceof Error ? error.message : String(error));
      }
    },
    'display.record': ({ monitor, profile }) => {
      try {
        return { object: displaySystemRecord(monitor, profile, hostName) };
      } catch (error) {
        throw new CallError('badRequest', error instanceof Error ? error.message : String(error));
      }
    },
    // The trail is written for every audited call: there is nothing more to do.
    'display.override': () => ({}),
  };
}
