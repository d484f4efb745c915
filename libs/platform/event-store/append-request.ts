import type { AppendRequest, NewEvent } from './event-store';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const nul = '\u0000';
const largestSmallint = 32_767;
const largestInteger = 2_147_483_647;
/** Names are keys of indexes, whose entries are bounded. */
const longestName = 1_024;

const isWithin = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;

/** No more bytes than that: counted only where the number of characters leaves it open. */
const isShort = (name: string): boolean =>
  name.length * 3 <= longestName || (name.length <= longestName && Buffer.byteLength(name) <= longestName);

/**
 * Whether a log can hold a text: not NUL, which PostgreSQL has no text with, nor half of a pair of surrogates, which is
 * something else as UTF-8. No log holds anything under a name that is not such a text.
 */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes(nul);

const unstorable = 'a name or text contains NUL or half a character';

const textFault = (text: string | undefined): string | undefined =>
  text === undefined || isStorable(text) ? undefined : unstorable;

const nameFault = (name: string): string | undefined => {
  if (!isShort(name)) return `a name is longer than ${longestName} bytes`;
  return textFault(name);
};

const namesFault = (names: readonly string[] | undefined): string | undefined => {
  if (names !== undefined)
    for (const name of names) {
      const fault = nameFault(name);
      if (fault !== undefined) return fault;
    }
  return undefined;
};

const commandFault = (command: AppendRequest['command']): string | undefined => {
  if (command === undefined) return undefined;
  if (!isWithin(command.status, 0, largestSmallint)) return `${command.status} is no status`;
  const { credential, key, requestHash, answer } = command;
  return nameFault(credential) ?? nameFault(key) ?? textFault(requestHash) ?? textFault(answer);
};

const eventFault = (event: NewEvent): string | undefined => {
  if (!uuid.test(event.eventId)) return `the event id ${event.eventId} is no lower-case UUID`;
  if (!isWithin(event.schemaVersion, 1, largestSmallint)) return `${event.schemaVersion} is no schema version`;
  if (!Number.isSafeInteger(event.occurredAt)) return 'an event occurred at no whole millisecond';
  return textFault(event.type) ?? textFault(event.data) ?? textFault(event.meta);
};

const tipFault = ({ expected, events, snapshot }: AppendRequest): string | undefined => {
  if (!isWithin(expected.revision, -1, largestInteger - events.length)) return 'the expected revision is impossible';
  if (expected.revision >= 0 !== expected.hash.length > 0) return 'the expected hash and revision disagree';
  if (snapshot === undefined) return undefined;
  if (!isWithin(snapshot.foldVersion, 0, largestInteger)) return `${snapshot.foldVersion} is no fold version`;
  return snapshot.revision === expected.revision + events.length
    ? undefined
    : `its snapshot is of revision ${snapshot.revision}`;
};

const requestFault = (request: AppendRequest): string | undefined => {
  const { streamId, command, claims, releases, snapshot, recordedAt } = request;
  if (!Number.isSafeInteger(recordedAt)) return 'it was recorded at no whole millisecond';
  return (
    commandFault(command) ??
    nameFault(streamId) ??
    namesFault(claims) ??
    namesFault(releases) ??
    textFault(snapshot?.state)
  );
};

/**
 * Throws a TypeError for a request that no log can hold: a defect of the caller, never of its input. Checking here
 * keeps one such request from failing the batch it would have travelled in.
 */
export const assertStorable = (request: AppendRequest): void => {
  let fault = tipFault(request) ?? requestFault(request);
  for (const event of request.events) fault ??= eventFault(event);
  if (fault !== undefined) throw new TypeError(`The append to ${request.streamId} cannot be stored: ${fault}.`);
};
