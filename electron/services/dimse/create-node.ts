import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { NodeStatus, RefusedSender } from '@shared/domain';
import type { ObjectStore } from '../cache';
import type { HostEnvironment } from '../host-environment';
import type { AssociationServices } from './association-session';
import type { ConnectionParts } from './connection-parts';
import { GuardConnection } from './guard-connection';
import { DEFAULT_LIMITS, type NodeLimits } from './limits';
import { Listeners } from './listeners';
import { ourIdentity, standardRules } from './our-capabilities';
import { RefusedSenders } from './refused-senders';
import { readIntoShared } from './reused-buffer';
import { normalizeAddress } from './sender-policy';
import { createTlsListener, type TlsListening } from './tls/listener';
import type { AssociationEvent, DicomNode, SenderPolicy } from './types';

export interface NodeParts {
  readonly env: Pick<HostEnvironment, 'options' | 'clock' | 'log'>;
  readonly store: ObjectStore;
  readonly senders: SenderPolicy;
  /** Who may query and retrieve what is here; absent: nobody. */
  readonly queriers?: SenderPolicy;
  readonly services?: AssociationServices;
  /** A second port, for TLS alone; absent: none. */
  readonly tls?: TlsListening;
  /** A TLS handshake that failed: nothing of DICOM was read. */
  onTlsRefused?(host: string, words: string): void;
  readonly limits?: Partial<NodeLimits>;
  /** Also take C-STORE of SOP classes that the standard's list does not have (private, newer). */
  readonly acceptUnknownSopClasses?: () => boolean;
}

/** The station's DICOM node: Verification and Storage SCP. Opens nothing before `start()`. */
export function createNode(parts: NodeParts): DicomNode {
  return new Acceptor(parts, { ...DEFAULT_LIMITS, ...parts.limits });
}

/** As much as one read may bring: two PDUs of the length that we offer. */
const READ_BYTES = 256 * 1024;

/** Longest wait for the sockets to go when the node stops. */
const STOP_MS = 1000;

/** Own acceptor: chosen interface, caps, one ticker for all deadlines (D1). */
class Acceptor implements DicomNode {
  private server: Server | undefined;
  private tlsServer: Server | undefined;
  private tlsError: string | undefined;
  /** Transports under TLS, also those whose handshake is not over. */
  private readonly handshakes = new Set<Socket>();
  private ticker: NodeJS.Timeout | undefined;
  private error: string | undefined;
  private listeningSince: string | undefined;
  private lastAssociationId = 0;
  /** Each read is used up before the next: one buffer serves all connections. */
  private readonly readBuffer = Buffer.alloc(READ_BYTES);
  /** In the order in which they came. */
  private readonly connections = new Set<GuardConnection>();
  private readonly changed = this.listeners<NodeStatus>();
  private readonly refusals = this.listeners<RefusedSender>();
  private readonly associations = this.listeners<AssociationEvent>();
  private readonly refusedSenders: RefusedSenders;
  private readonly connectionParts: Omit<ConnectionParts, 'onClosed'>;

  constructor(
    private readonly parts: NodeParts,
    private readonly limits: NodeLimits,
  ) {
    const { clock, log, options } = parts.env;
    const { services = {} } = parts;
    this.refusedSenders = new RefusedSenders(clock, (sender) => {
      this.refusals.tell(sender);
    });
    this.connectionParts = {
      limits,
      clock,
      log,
      us: ourIdentity(limits.maxPduLength),
      ourAeTitle: options.aeTitle.trim(),
      rules: standardRules(parts.acceptUnknownSopClasses ?? (() => false), {
        hasQueries: services.query !== undefined,
        hasCommitment: services.commitment !== undefined,
      }),
      store: parts.store,
      senders: parts.senders,
      queriers: parts.queriers ?? { judge: () => Promise.resolve({ accepted: false, reason: 'queries are not allowed' }) },
      services,
      nextAssociationId: () => ++this.lastAssociationId,
      placeFor: (host) => this.placeFor(host),
      onRefused: (request, host, refusal) => {
        if (!refusal.isSender) return;
        const { reason, canAllow } = refusal;
        this.refusedSenders.add({ aeTitle: request.callingAeTitle, calledAeTitle: request.calledAeTitle, host, reason, canAllow });
      },
      onAssociation: (event) => {
        this.associations.tell(event);
        if (event.kind !== 'object') this.tellStatus();
      },
    };
  }

  start(): Promise<void> {
    if (this.server) return Promise.resolve();
    const server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: this.limits.keepAliveMs, allowHalfOpen: true, pauseOnConnect: true },
      (socket) => {
        this.onConnection(socket);
      },
    );
    server.maxConnections = this.limits.maxAssociations + this.limits.maxUnassociated + 8;
    this.server = server;
    return Promise.all([this.listenPlain(server), this.listenTls()]).then(() => undefined);
  }

  private listenPlain(server: Server): Promise<void> {
    const { options, log } = this.parts.env;
    return new Promise((resolve) => {
      server.once('listening', () => {
        this.error = undefined;
        this.listeningSince = new Date(this.parts.env.clock.now()).toISOString();
        log.info({ port: this.port() }, 'DICOM node listens');
        this.tellStatus();
        resolve();
      });
      server.on('error', (error: NodeJS.ErrnoException) => {
        this.error = listenWords(error, options.dicomHost, options.dicomPort);
        log.error({ error: this.error }, 'DICOM node cannot listen');
        if (!server.listening) this.server = undefined;
        this.tellStatus();
        resolve();
      });
      server.listen({ host: options.dicomHost, port: options.dicomPort });
    });
  }

  /** The port for TLS; what goes wrong with it does not keep the other from listening. */
  private async listenTls(): Promise<void> {
    const { tls, env } = this.parts;
    if (tls === undefined) return;
    try {
      const server = await createTlsListener(tls, {
        maxConnections: this.limits.maxAssociations + this.limits.maxUnassociated + 8,
        ...{ keepAliveMs: this.limits.keepAliveMs, handshakeMs: this.limits.handshakeMs },
        onConnection: (socket) => {
          this.adopt(socket, (take) => socket.on('data', take));
        },
        onRefused: (host, words) => {
          env.log.warn({ host: normalizeAddress(host), words }, 'TLS handshake failed');
          this.parts.onTlsRefused?.(normalizeAddress(host), words);
        },
      });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: env.options.dicomHost, port: tls.port }, resolve);
      });
      server.on('error', (error: Error) => {
        env.log.error({ error: error.message }, 'TLS listener failed');
      });
      server.on('connection', (socket: Socket) => {
        this.handshakes.add(socket);
        socket.once('close', () => this.handshakes.delete(socket));
      });
      this.tlsServer = server;
      this.tlsError = undefined;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const words = error instanceof Error ? error.message : String(error);
      this.tlsError = code === undefined || code.startsWith('ERR_') ? words : listenWords(error as NodeJS.ErrnoException, env.options.dicomHost, tls.port);
      env.log.error({ error: this.tlsError }, 'no TLS');
    }
    this.tellStatus();
  }

  async stop(): Promise<void> {
    const { server, tlsServer } = this;
    this.server = undefined;
    this.tlsServer = undefined;
    this.listeningSince = undefined;
    if (!server) return;
    const closed = Promise.all(
      [server, tlsServer].map(
        (each) =>
          new Promise<void>((resolve) => {
            if (each === undefined) resolve();
            else each.close(() => resolve());
          }),
      ),
    );
    for (const connection of this.connections) connection.shutDown();
    const late = setTimeout(() => {
      for (const socket of this.handshakes) socket.destroy();
      for (const connection of this.connections) connection.destroy('node stopped');
    }, STOP_MS);
    await closed;
    clearTimeout(late);
    this.stopTicker();
    this.tellStatus();
  }

  status(): NodeStatus {
    const { options } = this.parts.env;
    const port = this.port();
    return {
      aeTitle: options.aeTitle.trim(),
      host: options.dicomHost,
      listening: port !== undefined,
      addresses: ownAddresses(options.dicomHost),
      associations: [...this.connections].filter((connection) => connection.isOpen).length,
      ...(port === undefined ? {} : { port }),
      ...(this.tlsServer === undefined ? {} : { tlsPort: portOf(this.tlsServer) }),
      ...(this.tlsError === undefined ? {} : { tlsError: this.tlsError }),
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.listeningSince === undefined ? {} : { listeningSince: this.listeningSince }),
    };
  }

  refused(): RefusedSender[] {
    return this.refusedSenders.list();
  }

  forgetRefused(aeTitle: string, host: string): void {
    this.refusedSenders.forget(aeTitle, host);
  }

  onChanged(listener: (status: NodeStatus) => void): () => void {
    return this.changed.add(listener);
  }

  onRefused(listener: (sender: RefusedSender) => void): () => void {
    return this.refusals.add(listener);
  }

  onAssociation(listener: (event: AssociationEvent) => void): () => void {
    return this.associations.add(listener);
  }

  private onConnection(accepted: Socket): void {
    this.adopt(accepted, (take) => readIntoShared(accepted, this.readBuffer, take) ?? accepted.on('data', take).resume());
  }

  /** `listen` gives the socket whose bytes go to `take`. */
  private adopt(accepted: Socket, listen: (take: (bytes: Buffer) => void) => Socket): void {
    const host = normalizeAddress(accepted.remoteAddress ?? '');
    // Bytes come from the event loop, not before `connection` is there.
    const take = (bytes: Buffer): void => {
      try {
        connection.take(bytes);
      } catch (error) {
        connection.fault(error);
      }
    };
    const socket = listen(take);
    const connection: GuardConnection = new GuardConnection(socket, host, {
      ...this.connectionParts,
      onClosed: () => {
        this.connections.delete(connection);
        if (this.connections.size === 0) this.stopTicker();
      },
    });
    this.connections.add(connection);
    this.dropOldestUnassociated();
    this.ticker ??= setInterval(() => {
      const now = this.parts.env.clock.monotonic();
      for (const each of this.connections) each.tick(now);
    }, this.limits.tickMs);
  }

  /** A3: sockets that are no association do not keep out those that want to be one. */
  private dropOldestUnassociated(): void {
    const waiting = [...this.connections].filter((connection) => !connection.holdsPlace);
    if (waiting.length > this.limits.maxUnassociated) waiting[0]?.destroy('too many connections without an association');
  }

  private placeFor(host: string): string | undefined {
    let all = 0;
    let fromHost = 0;
    for (const connection of this.connections) {
      if (!connection.holdsPlace) continue;
      all++;
      if (connection.host === host) fromHost++;
    }
    if (all >= this.limits.maxAssociations) return 'too many associations';
    return fromHost >= this.limits.maxAssociationsPerHost ? 'too many associations from this address' : undefined;
  }

  private listeners<T>(): Listeners<T> {
    return new Listeners((error) => {
      this.parts.env.log.error({ error: error instanceof Error ? error.message : String(error) }, 'listener of the DICOM node failed');
    });
  }

  private stopTicker(): void {
    clearInterval(this.ticker);
    this.ticker = undefined;
  }

  private tellStatus(): void {
    this.changed.tell(this.status());
  }

  private port(): number | undefined {
    return this.server && portOf(this.server);
  }
}

function portOf(server: Server): number | undefined {
  const address = server.listening ? server.address() : null;
  return address !== null && typeof address === 'object' ? address.port : undefined;
}

function listenWords(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `Port ${String(port)} is in use by another program: choose another DICOM port or end that program.`;
  if (error.code === 'EACCES') return `The system does not allow this program to listen on port ${String(port)}: choose a port above 1023.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return `This computer has no address ${host}: choose another DICOM host.`;
  return `Cannot listen on ${host} port ${String(port)}: ${error.message}`;
}

/** Addresses under which peers reach us: the bound one, or all of this computer for a wildcard. */
function ownAddresses(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => !entry.internal && (host === '::' || entry.family === 'IPv4') && !entry.address.startsWith('fe80'))
    .map((entry) => entry.address);
}
