import type { EventName, EventPayload, ServedChannel } from '@shared/contract';

type Notice = EventPayload<'station.notice'>;

/** Events to every page that listens. Notices are kept by key, so that a page that connects later reads them too. */
export class Broadcaster {
  private readonly channels = new Set<ServedChannel>();
  private readonly notices = new Map<string, Notice>();

  /** Returns the function that takes the channel out again. */
  add(channel: ServedChannel): () => void {
    this.channels.add(channel);
    for (const notice of this.notices.values()) channel.emit('station.notice', notice);
    return () => this.channels.delete(channel);
  }

  emit<N extends EventName>(event: N, payload: EventPayload<N>): void {
    for (const channel of this.channels) channel.emit(event, payload);
  }

  notice(notice: Notice): void {
    this.notices.set(notice.key, notice);
    this.emit('station.notice', notice);
  }

  /** What was said under that key holds no more. */
  withdraw(key: string): void {
    if (this.notices.delete(key)) this.emit('station.notice', { key, level: 'info', text: '' });
  }

  close(): void {
    for (const channel of [...this.channels]) channel.close();
    this.channels.clear();
  }
}
