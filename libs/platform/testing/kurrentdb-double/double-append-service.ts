import type { handleBidiStreamingCall, handleClientStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { UUID } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import type { AppendReq, BatchAppendReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import { AppendResp, BatchAppendResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import type { DoubleAppends } from './double-appends';
import type { Expectation, ProposedRecord, ProposedWrite, WriteResult } from './double-log';
import { conflictStatus, identifierOf, nameIn, nothing, placeMessage } from './double-messages';

type Proposed = BatchAppendReq.ProposedMessage | AppendReq.ProposedMessage;

const recordOf = (message: Proposed): ProposedRecord => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  isJson: message.getMetadataMap().get('content-type') === 'application/json',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

const batchExpectation = (options: BatchAppendReq.Options): Expectation => {
  if (options.hasStreamPosition()) return Number(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'exists' : 'any';
};

const plainExpectation = (options: AppendReq.Options): Expectation => {
  if (options.hasRevision()) return Number(options.getRevision());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'exists' : 'any';
};

const batchAnswer = (correlation: string, streamName: string, result: WriteResult): BatchAppendResp => {
  const id = new UUID();
  id.setString(correlation);
  const answer = new BatchAppendResp();
  answer.setCorrelationId(id);
  answer.setStreamIdentifier(identifierOf(streamName));
  if (result.kind === 'conflict') {
    answer.setError(conflictStatus(result.write, result.actual));
    return answer;
  }
  const success = new BatchAppendResp.Success();
  success.setCurrentRevision(String(result.streams[0]?.revision ?? 0));
  success.setPosition(placeMessage(result.position));
  answer.setSuccess(success);
  return answer;
};

/** Appends to one stream each, many over one call; parts of an append are put together by their correlation id. */
export const batchAppendOf =
  (appends: DoubleAppends): handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
    const open = new Map<string, { streamName: string; expected: Expectation; records: ProposedRecord[] }>();
    call.on('error', () => undefined);
    call.on('data', (request: BatchAppendReq) => {
      const correlation = request.getCorrelationId()?.getString() ?? '';
      const options = request.getOptions();
      const expected = options === undefined ? 'any' : batchExpectation(options);
      const write = open.get(correlation) ?? {
        streamName: nameIn(options?.getStreamIdentifier()),
        expected,
        records: [],
      };
      open.set(correlation, write);
      write.records.push(...request.getProposedMessagesList().map(recordOf));
      if (!request.getIsFinal()) return;
      open.delete(correlation);
      appends.carryOut([write], {
        answer: (result) => void call.write(batchAnswer(correlation, write.streamName, result)),
        fail: (error) => void call.emit('error', error),
        halfClose: () => void call.end(),
      });
    });
    call.on('end', () => void call.end());
  };

const plainAnswer = (result: WriteResult): AppendResp => {
  const answer = new AppendResp();
  if (result.kind === 'conflict') {
    const conflict = new AppendResp.WrongExpectedVersion();
    if (result.actual < 0) conflict.setCurrentNoStream(nothing.client());
    else conflict.setCurrentRevision(String(result.actual));
    answer.setWrongExpectedVersion(conflict);
    return answer;
  }
  const success = new AppendResp.Success();
  success.setCurrentRevision(String(result.streams[0]?.revision ?? 0));
  answer.setSuccess(success);
  return answer;
};

/** One append a call, as servers without the batch stream take it. */
export const plainAppendOf =
  (appends: DoubleAppends): handleClientStreamingCall<AppendReq, AppendResp> =>
  (call, callback) => {
    let streamName = '';
    let expected: Expectation = 'any';
    const records: ProposedRecord[] = [];
    call.on('error', () => undefined);
    call.on('data', (request: AppendReq) => {
      const options = request.getOptions();
      const message = request.getProposedMessage();
      if (options !== undefined) {
        streamName = nameIn(options.getStreamIdentifier());
        expected = plainExpectation(options);
      }
      if (message !== undefined) records.push(recordOf(message));
    });
    call.on('end', () => {
      const write: ProposedWrite = { streamName, expected, records };
      appends.carryOut([write], {
        answer: (result) => callback(null, plainAnswer(result)),
        fail: (error) => callback(error),
        halfClose: () => callback(null, new AppendResp()),
      });
    });
  };
