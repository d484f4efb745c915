import { Empty, StreamIdentifier } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb';
import { ReadReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import type { ServerPosition } from './log-record';
import { factFilter } from './technical-records';

/** Which part of a stream is read: at most `count` records from a revision on, or from the end back. */
export interface StreamPart {
  readonly from: number | 'end';
  readonly count: number;
}

/** Which part of the log is read: at most `count` records at or after a position, or from the end back. */
export interface LogPart {
  readonly from: ServerPosition | 'end';
  readonly count: number;
  /** Of which types, as a regular expression; those of facts unless told. */
  readonly types?: string;
  /** Or of streams whose names begin so, whatever the types. */
  readonly prefix?: string;
}

const { FORWARDS, BACKWARDS } = ReadReq.Options.ReadDirection;

const optionsOf = (from: unknown, count: number): ReadReq.Options => {
  const ids = new ReadReq.Options.UUIDOption();
  ids.setString(new Empty());
  const options = new ReadReq.Options();
  options.setReadDirection(from === 'end' ? BACKWARDS : FORWARDS);
  options.setCount(String(count));
  options.setUuidOption(ids);
  return options;
};

const requestOf = (options: ReadReq.Options): ReadReq => {
  const request = new ReadReq();
  request.setOptions(options);
  return request;
};

/** The request for a part of a stream. */
export const streamRequest = (streamName: string, { from, count }: StreamPart): ReadReq => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(streamName, 'utf8'));
  const stream = new ReadReq.Options.StreamOptions();
  stream.setStreamIdentifier(identifier);
  if (from === 'end') stream.setEnd(new Empty());
  else stream.setRevision(String(from));
  const options = optionsOf(from, count);
  options.setStream(stream);
  options.setNoFilter(new Empty());
  return requestOf(options);
};

const filterOf = ({ types = factFilter, prefix }: LogPart): ReadReq.Options.FilterOptions => {
  const expression = new ReadReq.Options.FilterOptions.Expression();
  const filter = new ReadReq.Options.FilterOptions();
  if (prefix === undefined) {
    expression.setRegex(types);
    filter.setEventType(expression);
  } else {
    expression.setPrefixList([prefix]);
    filter.setStreamIdentifier(expression);
  }
  filter.setCount(new Empty());
  filter.setCheckpointintervalmultiplier(1);
  return filter;
};

/** The request for a part of the log. */
export const logRequest = (part: LogPart): ReadReq => {
  const { from, count } = part;
  const all = new ReadReq.Options.AllOptions();
  if (from === 'end') all.setEnd(new Empty());
  else if (from.commit === 0n) all.setStart(new Empty());
  else {
    const position = new ReadReq.Options.Position();
    position.setCommitPosition(String(from.commit));
    position.setPreparePosition(String(from.prepare));
    all.setPosition(position);
  }
  const options = optionsOf(from, count);
  options.setAll(all);
  options.setFilter(filterOf(part));
  return requestOf(options);
};
