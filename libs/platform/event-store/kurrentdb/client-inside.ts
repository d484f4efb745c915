import type { CallOptions, Client, Metadata } from '@grpc/grpc-js';
import type { KurrentDBClient } from '@kurrent/kurrentdb-client';

/** A client of one of the server's services, as the generated code declares it. */
type ServiceConstructor<Service extends Client> = typeof Client & (new (...args: never[]) => Service);

/** What the client keeps to itself and its type declarations do not show: its connection, and how calls are made on it. */
export interface ClientInside {
  /** What the server can do; asked once for every connection, and without a time limit. */
  readonly capabilities: Promise<{
    readonly serverVersion: string;
    supports(method: { readonly path: string }): boolean;
  }>;
  /** Streams that end with the client. */
  readonly disposableStreams: Set<unknown>;
  /** Does something on the connection; looks for another one when it fails for want of a server, or of the leader. */
  execute<Service extends Client, T>(
    service: ServiceConstructor<Service>,
    name: string,
    action: (client: Service) => Promise<T>,
  ): Promise<T>;
  callArguments(
    options: { readonly deadline?: number; readonly requiresLeader?: boolean },
    callOptions?: CallOptions,
  ): [Metadata, CallOptions];
  getChannel(): Promise<{ close(): void }>;
}

/** The inside of a client. Holds for the very version of the client that is pinned. */
export const insideOf = (client: KurrentDBClient): ClientInside => client as unknown as ClientInside;
