import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import {
  AllStreamPosition,
  StreamIdentifier,
  UUID,
  WrongExpectedVersion,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import { Status } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb';
import { ReadResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import { StreamRevisionConflictErrorDetails } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { HeldRecord, ProposedWrite } from './double-log';

/** A name as the protocol carries it. */
export const identifierOf = (streamName: string): StreamIdentifier => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(streamName, 'utf8'));
  return identifier;
};

/** The name in an identifier; '' without one. */
export const nameIn = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

/** A record with its place in the log, as an answer to a read. */
export const eventMessage = (record: HeldRecord): ReadResp => {
  const id = new UUID();
  id.setString(record.id);
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(identifierOf(record.streamName));
  recorded.setStreamRevision(String(record.revision));
  recorded.setPreparePosition(String(record.position));
  recorded.setCommitPosition(String(record.position));
  recorded.getMetadataMap().set('type', record.type);
  recorded.getMetadataMap().set('content-type', record.isJson ? 'application/json' : 'application/octet-stream');
  recorded.getMetadataMap().set('created', String(record.created));
  recorded.setCustomMetadata(record.metadata);
  recorded.setData(record.data);
  const event = new ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(record.position));
  const message = new ReadResp();
  message.setEvent(event);
  return message;
};

/** That a stream does not exist, as an answer to a read. */
export const notFoundMessage = (streamName: string): ReadResp => {
  const notFound = new ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifierOf(streamName));
  const message = new ReadResp();
  message.setStreamNotFound(notFound);
  return message;
};

/** That a subscription stands. */
export const confirmationMessage = (): ReadResp => {
  const confirmation = new ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('double');
  const message = new ReadResp();
  message.setConfirmation(confirmation);
  return message;
};

/** That a filtered subscription has passed a position. */
export const checkpointMessage = (position: bigint): ReadResp => {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const message = new ReadResp();
  message.setCheckpoint(checkpoint);
  return message;
};

/** A position twice: as commit and as prepare position. */
export const placeMessage = (position: bigint): AllStreamPosition => {
  const place = new AllStreamPosition();
  place.setCommitPosition(String(position));
  place.setPreparePosition(String(position));
  return place;
};

/** A conflict, as the batch stream reports it. */
export const conflictStatus = ({ expected }: ProposedWrite, actual: number): Status => {
  const details = new WrongExpectedVersion();
  if (actual < 0) details.setCurrentNoStream(new Empty());
  else details.setCurrentStreamRevision(String(actual));
  if (typeof expected === 'number') details.setExpectedStreamPosition(String(expected));
  else if (expected === 'no-stream') details.setExpectedNoStream(new Empty());
  else if (expected === 'exists') details.setExpectedStreamExists(new Empty());
  else details.setExpectedAny(new Empty());
  const packed = new Any();
  packed.pack(details.serializeBinary(), 'event_store.client.WrongExpectedVersion');
  const answer = new Status();
  answer.setMessage('WrongExpectedVersion');
  answer.setDetails(packed);
  return answer;
};

/** A failure of a whole call. */
export const failure = (code: status, message: string, metadata = new Metadata()): ServiceError =>
  Object.assign(new Error(message), { code, details: message, metadata });

/** A conflict, as an append to several streams fails with. */
export const sessionConflict = ({ streamName, expected }: ProposedWrite, actual: number): ServiceError => {
  const details = new StreamRevisionConflictErrorDetails();
  details.setStream(streamName);
  details.setExpectedRevision(String(typeof expected === 'number' ? expected : -1));
  details.setActualRevision(String(actual));
  const packed = new Any();
  packed.pack(details.serializeBinary(), 'kurrentdb.protocol.v2.streams.errors.StreamRevisionConflictErrorDetails');
  const answer = new Status();
  answer.setDetails(packed);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(answer.serializeBinary()));
  return failure(status.FAILED_PRECONDITION, 'the stream is elsewhere', metadata);
};

/** That another node leads: `port` of this machine. */
export const notLeader = (port: number): ServiceError => {
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', '127.0.0.1');
  metadata.set('leader-endpoint-port', String(port));
  return failure(status.NOT_FOUND, 'Leader info available', metadata);
};
