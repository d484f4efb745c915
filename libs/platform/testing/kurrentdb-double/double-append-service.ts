import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { UUID } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import {
  BatchAppendResp,
  type BatchAppendReq,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import type { DoubleAppends } from './double-appends';
import type { Expectation, ProposedRecord, WriteResult } from './double-log';
import { conflictStatus, identifierOf, nameIn, placeMessage } from './double-messages';

const recordOf = (message: BatchAppendReq.ProposedMessage): ProposedRecord => ({
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
