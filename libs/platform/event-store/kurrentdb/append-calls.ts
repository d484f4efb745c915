import type { ClientDuplexStream } from '@grpc/grpc-js';
import { convertToCommandError } from '@kurrent/kurrentdb-client/dist/utils/CommandError';
import { unpackToCommandError } from '@kurrent/kurrentdb-client/dist/streams/appendToStream/unpackError';
import { StreamsClient } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb';
import type { BatchAppendResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import { type BatchAppendReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import { StreamsServiceClient } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb';
import { randomUUID } from 'node:crypto';
import { batchRequest, sessionRequest, type Write } from './append-messages';
import type { ClientInside } from './client-inside';

type BatchStream = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;

interface Settle {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A call that carries many appends, and who waits for which answer on it. */
interface BatchCall {
  readonly stream: BatchStream;
  readonly waiting: Map<string, Settle>;
}

/** The server has ended the call that carries appends, and answers none of those it had not answered yet. */
class CallEnded extends Error {
  constructor() {
    super('The server ended the call without an answer.');
    this.name = 'CallEnded';
  }
}

const fail = ({ waiting }: BatchCall, error: unknown): void => {
  for (const { reject } of waiting.values()) reject(error);
  waiting.clear();
};

const answer = (response: BatchAppendResp, streamName: string, { resolve, reject }: Settle): void => {
  const error = response.getError();
  if (error === undefined) resolve();
  else reject(unpackToCommandError(error, streamName));
};

/**
 * Appends over the client's connection, but not by its methods. Those send from within promises whose failure nobody
 * can catch: where a connection breaks while many appends are under way, the whole process goes down with it. And where
 * the server ends the call that all appends travel on, they go on writing to it for ever.
 */
export class AppendCalls {
  private readonly calls = new WeakMap<StreamsClient, BatchCall>();

  constructor(private readonly inside: ClientInside) {}

  /** Appends to one stream; many such appends share a call. Rejects with the client's own errors. */
  async one(write: Write): Promise<void> {
    await this.inside.execute(StreamsClient, 'batchAppend', (client) => {
      const { stream, waiting } = this.callOf(client);
      return new Promise<void>((resolve, reject) => {
        const id = randomUUID();
        waiting.set(id, { resolve, reject });
        stream.write(batchRequest(id, write));
      });
    });
  }

  /** Appends to several streams, all or nothing. Rejects with the client's own errors. */
  async several(writes: readonly Write[], deadlineMs: number): Promise<void> {
    await this.inside.execute(
      StreamsServiceClient,
      'appendSession',
      (client) =>
        new Promise<void>((resolve, reject) => {
          const [metadata, options] = this.inside.callArguments({ deadline: deadlineMs });
          const call = client.appendSession(metadata, options, (error) =>
            error === null ? resolve() : reject(convertToCommandError(error)),
          );
          call.on('error', (error) => reject(convertToCommandError(error)));
          for (const write of writes) call.write(sessionRequest(write));
          call.end();
        }),
    );
  }

  private callOf(client: StreamsClient): BatchCall {
    const known = this.calls.get(client);
    if (known !== undefined) return known;
    const [metadata, options] = this.inside.callArguments({}, { deadline: Infinity });
    const stream = client.batchAppend(metadata, options);
    const call: BatchCall = { stream, waiting: new Map() };
    this.calls.set(client, call);
    this.inside.disposableStreams.add(stream);
    const over = (error: unknown): void => {
      if (this.calls.get(client) === call) this.calls.delete(client);
      this.inside.disposableStreams.delete(stream);
      fail(call, error);
    };
    stream.on('error', (error) => over(convertToCommandError(error)));
    stream.on('end', () => {
      over(new CallEnded());
      stream.cancel();
    });
    stream.on('data', (response: BatchAppendResp) => {
      const id = response.getCorrelationId()?.getString() ?? '';
      const settle = call.waiting.get(id);
      call.waiting.delete(id);
      if (settle !== undefined) answer(response, '', settle);
    });
    return call;
  }
}
