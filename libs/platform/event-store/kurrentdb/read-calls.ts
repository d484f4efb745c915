import type { ClientReadableStream } from '@grpc/grpc-js';
import { convertToCommandError } from '@kurrent/kurrentdb-client/dist/utils/CommandError';
import { parseUUID } from '@kurrent/kurrentdb-client/dist/utils/grpcUUID';
import { StreamsClient } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb';
import type { ReadReq, ReadResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import type { ClientInside } from './client-inside';
import type { LogRecord } from './log-record';
import { TimedOut } from './patience';
import { logRequest, streamRequest, type LogPart, type StreamPart } from './read-messages';

/** What the server writes where it has no position to tell. */
const noPosition = String(2n ** 64n - 1n);

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

const recordOf = (recorded: ReadResp.ReadEvent.RecordedEvent): LogRecord => {
  const [commit, prepare] = [recorded.getCommitPosition(), recorded.getPreparePosition()];
  return {
    streamId: textOf(recorded.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()),
    id: parseUUID(recorded.getId()) ?? '',
    revision: Number(recorded.getStreamRevision()),
    type: recorded.getMetadataMap().get('type') ?? '',
    text: textOf(recorded.getData_asU8()),
    metadata: textOf(recorded.getCustomMetadata_asU8()),
    position: commit === noPosition ? undefined : { commit: BigInt(commit), prepare: BigInt(prepare) },
  };
};

/**
 * Reads over the client's connection, but not by its methods. Those read over a second connection of their own, on
 * which every other small request waits some 40 ms for an acknowledgement (Nagle's algorithm against delayed
 * acknowledgements); they know no time limit; and they parse JSON, by which integers beyond 2^53 lose digits.
 */
export class ReadCalls {
  constructor(
    private readonly inside: ClientInside,
    private readonly idleMs: number,
  ) {}

  /** A part of a stream, or nothing of one that does not exist. */
  stream(streamName: string, part: StreamPart): Promise<LogRecord[]> {
    return this.read(streamRequest(streamName, part));
  }

  /** A part of the log, facts only unless told. */
  log(part: LogPart): Promise<LogRecord[]> {
    return this.read(logRequest(part));
  }

  /** Everything that is answered. Rejects with {@link TimedOut} when nothing comes for a while, or the client's errors. */
  private read(request: ReadReq): Promise<LogRecord[]> {
    return new Promise((resolve, reject) => {
      let call: ClientReadableStream<ReadResp> | undefined;
      const records: LogRecord[] = [];
      const timer = setTimeout(() => {
        reject(new TimedOut('A read', this.idleMs));
        call?.cancel();
      }, this.idleMs);
      const receive = (response: ReadResp): void => {
        timer.refresh();
        const recorded = response.getEvent()?.getEvent();
        if (recorded !== undefined) records.push(recordOf(recorded));
      };
      const reading = this.inside.execute(
        StreamsClient,
        'read',
        (client) =>
          new Promise<void>((end, fail) => {
            const [metadata, options] = this.inside.callArguments({ requiresLeader: true }, { deadline: Infinity });
            call = client.read(request, metadata, options);
            call.on('data', receive);
            call.on('error', (error) => fail(convertToCommandError(error)));
            call.on('end', end);
          }),
      );
      reading.then(() => resolve(records), reject).finally(() => clearTimeout(timer));
    });
  }
}
