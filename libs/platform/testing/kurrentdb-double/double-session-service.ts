import { status, type handleClientStreamingCall, type handleUnaryCall } from '@grpc/grpc-js';
import type { IStreamsServiceServer } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb';
import type { AppendRequest } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb';
import {
  AppendResponse,
  AppendSessionResponse,
  SchemaFormat,
  type AppendRecord,
  type AppendRecordsRequest,
  type AppendRecordsResponse,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb';
import type { DoubleAppends } from './double-appends';
import type { Expectation, ProposedRecord, ProposedWrite, WriteResult } from './double-log';
import { failure, sessionConflict } from './double-messages';

/** Properties become the record's metadata, beside what the server itself notes about its schema. */
const metadataOf = (record: AppendRecord): Uint8Array => {
  const properties: Record<string, unknown> = { '$schema.name': record.getSchema()?.getName() };
  record.getPropertiesMap().forEach((value, key) => (properties[key] = value.toJavaScript()));
  return Buffer.from(JSON.stringify(properties), 'utf8');
};

const recordOf = (record: AppendRecord): ProposedRecord => ({
  id: record.getRecordId() ?? '',
  type: record.getSchema()?.getName() ?? '',
  isJson: record.getSchema()?.getFormat() === SchemaFormat.SCHEMA_FORMAT_JSON,
  data: record.getData_asU8(),
  metadata: metadataOf(record),
});

const expectations: Readonly<Record<string, Expectation>> = { '-1': 'no-stream', '-2': 'any', '-4': 'exists' };

const writeOf = (request: AppendRequest): ProposedWrite => {
  const expected = request.getExpectedRevision() ?? '-2';
  return {
    streamName: request.getStream(),
    expected: expectations[expected] ?? Number(expected),
    records: request.getRecordsList().map(recordOf),
  };
};

const answerOf = (result: WriteResult & { kind: 'written' }): AppendSessionResponse => {
  const answer = new AppendSessionResponse();
  answer.setPosition(String(result.position));
  answer.setOutputList(
    result.streams.map(({ streamName, revision }) => {
      const output = new AppendResponse();
      output.setStream(streamName);
      output.setStreamRevision(String(revision));
      return output;
    }),
  );
  return answer;
};

const refuseRecords: handleUnaryCall<AppendRecordsRequest, AppendRecordsResponse> = (_, callback) =>
  callback(failure(status.UNIMPLEMENTED, 'the double offers no interleaved records'));

/** Appends to several streams, all of them or none. A stream may appear once only, whatever its capitals, and
 * every stream needs a record. */
export const sessionServiceOf = (appends: DoubleAppends): IStreamsServiceServer => {
  const appendSession: handleClientStreamingCall<AppendRequest, AppendSessionResponse> = (call, callback) => {
    const writes: ProposedWrite[] = [];
    call.on('error', () => undefined);
    call.on('data', (request: AppendRequest) => void writes.push(writeOf(request)));
    const whole = (): void => {
      // A connection that broke ends the call as well: what had come of it by then is not the whole.
      if (call.cancelled) return;
      const names = new Set(writes.map((each) => each.streamName.toLowerCase()));
      if (names.size < writes.length || writes.some((each) => each.records.length === 0)) {
        return callback(failure(status.INVALID_ARGUMENT, 'each stream once, and with records'));
      }
      appends.carryOut(writes, {
        answer: (result) =>
          result.kind === 'written'
            ? callback(null, answerOf(result))
            : callback(sessionConflict(result.write, result.actual)),
        fail: (error) => callback(error),
        halfClose: () => callback(failure(status.CANCELLED, 'the server ended the call')),
      });
    };
    call.on('end', () => setImmediate(whole));
  };
  return { appendSession, appendRecords: refuseRecords };
};
