import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { ServerFeaturesService } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb';
import {
  SupportedMethod,
  SupportedMethods,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb';
import { StreamsService } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb';
import { StreamsServiceService } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb';
import { setTimeout as sleep } from 'node:timers/promises';
import { batchAppendOf } from './double-append-service';
import { DoubleAppends } from './double-appends';
import { DoubleFaults } from './double-faults';
import { DoubleLog } from './double-log';
import { failure } from './double-messages';
import { DoubleReads } from './double-read-service';
import { sessionServiceOf } from './double-session-service';

/** Which server the double stands for. */
export interface DoubleKind {
  readonly version: string;
  /** Whether several streams can be appended to at once. */
  readonly multiStreamAppend: boolean;
}

/** KurrentDB 25.1, with appends to several streams. */
export const kurrentDb25: DoubleKind = { version: '25.1.0', multiStreamAppend: true };

/** EventStoreDB 24, without. */
export const eventStoreDb24: DoubleKind = { version: '24.10.0', multiStreamAppend: false };

const methodsOf = (kind: DoubleKind): SupportedMethods => {
  const offer = (path: string): SupportedMethod => {
    const [, service = '', name = ''] = path.split('/');
    const method = new SupportedMethod();
    method.setServiceName(service.toLowerCase());
    method.setMethodName(name.toLowerCase());
    return method;
  };
  const paths: string[] = [StreamsService.read.path, StreamsService.batchAppend.path];
  if (kind.multiStreamAppend) paths.push(StreamsServiceService.appendSession.path);
  const methods = new SupportedMethods();
  methods.setEventStoreServerVersion(kind.version);
  methods.setMethodsList(paths.map(offer));
  return methods;
};

const refuse = (_: unknown, callback: (error: Error) => void): void =>
  callback(failure(status.UNIMPLEMENTED, 'the double does without'));

/**
 * A stand-in for a KurrentDB server, in memory and in this process, that speaks the client's own protocol over a real
 * connection on 127.0.0.1 and can be told to misbehave.
 */
export class KurrentDbDouble {
  readonly faults = new DoubleFaults();
  readonly log = new DoubleLog();
  private readonly reads = new DoubleReads(this.log, this.faults);
  private readonly appends = new DoubleAppends(this.log, this.faults);
  private server = new Server();

  private constructor(private kind: DoubleKind) {}

  /** Starts a double on a free port. */
  static async start(kind: DoubleKind = kurrentDb25): Promise<KurrentDbDouble> {
    const double = new KurrentDbDouble(kind);
    await double.listen();
    return double;
  }

  /** The connection string for the client. */
  get url(): string {
    return `kurrentdb://127.0.0.1:${this.appends.port}?tls=false`;
  }

  /** How many subscriptions there have been. */
  get subscribed(): number {
    return this.reads.subscribed;
  }

  /** Ends every subscription as a server that closes it: without an error. */
  endSubscriptions(): void {
    for (const call of this.reads.subscriptions) call.end();
    this.reads.subscriptions.clear();
  }

  /** Fails every subscription with UNAVAILABLE. */
  killSubscriptions(): void {
    for (const call of this.reads.subscriptions) call.emit('error', failure(status.UNAVAILABLE, 'gone'));
    this.reads.subscriptions.clear();
  }

  /** Cuts every connection, keeps the log, and listens again on the same port, as another kind of server if told so. */
  async restart(downMs = 0, kind = this.kind): Promise<void> {
    this.kind = kind;
    this.server.forceShutdown();
    this.reads.subscriptions.clear();
    await sleep(downMs);
    this.server = new Server();
    await this.listen();
  }

  /** Cuts every connection. */
  stop(): void {
    this.reads.subscriptions.clear();
    this.server.forceShutdown();
  }

  private async listen(): Promise<void> {
    this.server.addService(StreamsService, {
      read: (call: Parameters<DoubleReads['serve']>[0]) => this.reads.serve(call),
      append: refuse,
      batchAppend: batchAppendOf(this.appends),
      delete: refuse,
      tombstone: refuse,
    });
    if (this.kind.multiStreamAppend) this.server.addService(StreamsServiceService, sessionServiceOf(this.appends));
    this.server.addService(ServerFeaturesService, {
      getSupportedMethods: (_: unknown, callback: (error: null, methods: SupportedMethods) => void) =>
        void sleep(this.faults.featureDelayMs, undefined, { ref: false }).then(() =>
          callback(null, methodsOf(this.kind)),
        ),
    });
    this.appends.port = await new Promise<number>((resolve, reject) => {
      const address = `127.0.0.1:${this.appends.port}`;
      this.server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
  }
}
