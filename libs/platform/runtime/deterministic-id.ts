import { hash } from 'node:crypto';

const namespaceBytes = 16;

/** Where namespace and name stand side by side to be hashed; ids are made one at a time. */
const workspace = Buffer.alloc(namespaceBytes + 4_096);
let namespaceInPlace = '';

const placeNamespace = (namespace: string): void => {
  if (namespace === namespaceInPlace) return;
  workspace.write(namespace.replaceAll('-', ''), 0, namespaceBytes, 'hex');
  namespaceInPlace = namespace;
};

const digestOf = (namespace: string, name: string): string => {
  placeNamespace(namespace);
  const room = workspace.length - namespaceBytes;
  // A character takes three bytes at most for each of its UTF-16 units.
  if (name.length * 3 > room)
    return hash('sha1', Buffer.concat([workspace.subarray(0, namespaceBytes), Buffer.from(name, 'utf8')]), 'hex');
  return hash('sha1', workspace.subarray(0, namespaceBytes + workspace.write(name, namespaceBytes, 'utf8')), 'hex');
};

const uuidLength = 36;
const hyphen = 0x2d;
const five = 0x35;
const variants = Buffer.from('89ab');

/** Where an id is put together: a text out of pieces would stay in pieces, and ids are kept in every account. */
const id = Buffer.alloc(uuidLength);

/**
 * The uuid (version 5, RFC 9562 §5.5) of a name within a namespace, itself a uuid. The same two texts always give the
 * same id, so whatever is done twice under it is recognised the second time.
 */
export const uuidFrom = (namespace: string, name: string): string => {
  const digest = digestOf(namespace, name);
  id.write(digest, 'latin1');
  // From the end on, so that nothing is overwritten before it has moved.
  id.copyWithin(24, 20, 32);
  id.copyWithin(19, 16, 20);
  id.copyWithin(14, 12, 16);
  id.copyWithin(9, 8, 12);
  for (const place of [8, 13, 18, 23]) id[place] = hyphen;
  id[14] = five;
  id[19] = variants[Number.parseInt(digest.charAt(16), 16) & 3] ?? 0;
  return id.toString('latin1');
};

const mostParts = 0x1_0000;

/**
 * The id of a part of something that has an id itself: the same 106 bits, with the part's number (0 to 65,535) in the
 * last 16, as a uuid of the version that is free to be made up (version 8, RFC 9562 §5.8). Hashing every part would cost
 * a ticket more than deciding on it.
 */
export const partId = (whole: string, part: number): string => {
  if (!(part >= 0 && part < mostParts)) throw new RangeError(`There is no part ${part}.`);
  const number = part.toString(16).padStart(4, '0');
  return `${whole.slice(0, 14)}8${whole.slice(15, 32)}${number}`;
};

const firstPart = /^.{14}8.*0000$/;

/** Whether an id was made by {@link partId} for the first part of something. */
export const isFirstPart = (part: string): boolean => firstPart.test(part);

/** Several texts as one, so that no two different lists give the same text. */
export const joined = (...parts: readonly string[]): string => parts.map((part) => `${part.length}:${part}`).join('');
