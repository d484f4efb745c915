import type { AppendRequest, NewEvent } from './event-store';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const nul = '\u0000';
const largestSchemaVersion = 32_767;

const textsOf = ({ streamId, command, claims = [], releases = [], snapshot }: AppendRequest): readonly string[] => [
  streamId,
  ...claims,
  ...releases,
  ...(command === undefined ? [] : [command.credential, command.key, command.requestHash, command.answer]),
  ...(snapshot === undefined ? [] : [snapshot.state]),
];

const eventFault = (event: NewEvent): string | undefined => {
  if (!uuid.test(event.eventId)) return `the event id ${event.eventId} is no lower-case UUID`;
  if (!Number.isInteger(event.schemaVersion) || event.schemaVersion < 1 || event.schemaVersion > largestSchemaVersion) {
    return `the schema version ${event.schemaVersion} lies outside 1…${largestSchemaVersion}`;
  }
  if (!Number.isSafeInteger(event.occurredAt)) return 'an event occurred at no whole millisecond';
  if (event.type.includes(nul) || event.data.includes(nul) || event.meta.includes(nul)) return 'an event contains NUL';
  return undefined;
};

const requestFault = (request: AppendRequest): string | undefined => {
  const { expected, events, snapshot } = request;
  if (!Number.isSafeInteger(expected.revision) || expected.revision < -1) return 'the expected revision is impossible';
  if (expected.revision >= 0 !== expected.hash.length > 0) return 'the expected hash and revision disagree';
  if (!Number.isSafeInteger(request.recordedAt)) return 'it was recorded at no whole millisecond';
  if (snapshot !== undefined && snapshot.revision !== expected.revision + events.length) {
    return `its snapshot is of revision ${snapshot.revision}`;
  }
  if (textsOf(request).some((text) => text.includes(nul))) return 'a name or text contains NUL';
  return undefined;
};

/**
 * Throws a TypeError for a request that no log can hold: a defect of the caller, never of its input. Checking here
 * keeps one such request from failing the batch it would have travelled in.
 */
export const assertStorable = (request: AppendRequest): void => {
  let fault = requestFault(request);
  for (const event of request.events) fault ??= eventFault(event);
  if (fault !== undefined) throw new TypeError(`The append to ${request.streamId} cannot be stored: ${fault}.`);
};
