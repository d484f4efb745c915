import { mapToValue } from '@kurrent/kurrentdb-client/dist/utils/mapToValue';
import { StreamIdentifier, UUID } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import { BatchAppendReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import {
  AppendRecord,
  AppendRequest,
  SchemaFormat,
  SchemaInfo,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';

/** A record on its way to the server. */
export interface NewRecord {
  readonly id: string;
  readonly type: string;
  /** JSON. Sent as its bytes, so that not a digit changes on the way. */
  readonly text: string;
  /** Texts only: appends to several streams take nothing else. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Records for one stream, to stand right after revision `after` (−1: the stream has none yet). */
export interface Write {
  readonly streamName: string;
  readonly after: number;
  readonly records: readonly NewRecord[];
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

const uuidOf = (text: string): UUID => {
  const uuid = new UUID();
  uuid.setString(text);
  return uuid;
};

const proposed = ({ id, type, text, metadata }: NewRecord): BatchAppendReq.ProposedMessage => {
  const message = new BatchAppendReq.ProposedMessage();
  message.setId(uuidOf(id));
  message.getMetadataMap().set('type', type);
  message.getMetadataMap().set('content-type', 'application/json');
  message.setData(bytesOf(text));
  if (metadata !== undefined) message.setCustomMetadata(bytesOf(JSON.stringify(metadata)));
  return message;
};

/** A write as one of many on the same call; the answer names the same id. */
export const batchRequest = (correlationId: string, { streamName, after, records }: Write): BatchAppendReq => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(bytesOf(streamName));
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(identifier);
  if (after < 0) options.setNoStream(new Empty());
  else options.setStreamPosition(String(after));
  const request = new BatchAppendReq();
  request.setCorrelationId(uuidOf(correlationId));
  request.setOptions(options);
  request.setProposedMessagesList(records.map(proposed));
  request.setIsFinal(true);
  return request;
};

const recordOf = ({ id, type, text, metadata = {} }: NewRecord): AppendRecord => {
  const schema = new SchemaInfo();
  schema.setFormat(SchemaFormat.SCHEMA_FORMAT_JSON);
  schema.setName(type);
  const record = new AppendRecord();
  record.setRecordId(id);
  record.setSchema(schema);
  for (const [key, value] of Object.entries(metadata)) record.getPropertiesMap().set(key, mapToValue(value));
  record.setData(bytesOf(text));
  return record;
};

/** A write as one of several that are done together or not at all. */
export const sessionRequest = ({ streamName, after, records }: Write): AppendRequest => {
  const request = new AppendRequest();
  request.setStream(streamName);
  request.setExpectedRevision(String(after));
  request.setRecordsList(records.map(recordOf));
  return request;
};
