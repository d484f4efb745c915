import { arrayLiteral } from './array-literal';

/** How values of one type travel: in PostgreSQL's binary format as long as they fit it. */
interface BinaryType {
  /** The element type's number in PostgreSQL's catalogue. */
  readonly oid: number;
  readonly fits: (value: unknown) => boolean;
  /** Bytes of a value that fits. */
  readonly bytes: (value: never) => number;
  readonly write: (buffer: Buffer, value: never, at: number) => void;
  /** For the text form, when some value does not fit: the server then says what is wrong with it. */
  readonly asText?: (value: unknown) => unknown;
}

const headerBytes = 20;
const twoTo32 = 0x1_0000_0000;
/** 2000-01-01, from which PostgreSQL counts, ms since 1970. */
const postgresEpoch = 946_684_800_000;

const isInteger = (value: unknown): boolean =>
  typeof value === 'number' && value >= -0x8000_0000 && value <= 0x7fff_ffff && Number.isInteger(value);

const writeText = (buffer: Buffer, value: string, at: number): void => void buffer.write(value, at);

const writeHalves = (buffer: Buffer, high: number, low: number, at: number): void =>
  void buffer.writeUInt32BE(low, buffer.writeInt32BE(high, at));

/** Microseconds since {@link postgresEpoch}; in halves, since they may go beyond 2^53. */
const writeInstant = (buffer: Buffer, value: number, at: number): void => {
  const sinceEpoch = value - postgresEpoch;
  const high = Math.floor(sinceEpoch / twoTo32);
  const low = (sinceEpoch - high * twoTo32) * 1_000;
  const carried = Math.floor(low / twoTo32);
  writeHalves(buffer, high * 1_000 + carried, low - carried * twoTo32, at);
};

const four = (): number => 4;
const eight = (): number => 8;

const binaryTypes: Readonly<Record<string, BinaryType>> = {
  text: {
    oid: 25,
    fits: (value) => typeof value === 'string',
    bytes: (value: string) => Buffer.byteLength(value),
    write: writeText,
  },
  integer: {
    oid: 23,
    fits: isInteger,
    bytes: four,
    write: (buffer, value: number, at) => void buffer.writeInt32BE(value, at),
  },
  bigint: {
    oid: 20,
    fits: Number.isSafeInteger,
    bytes: eight,
    write: (buffer, value: number, at) => writeHalves(buffer, Math.floor(value / twoTo32), value >>> 0, at),
  },
  boolean: {
    oid: 16,
    fits: (value) => typeof value === 'boolean',
    bytes: () => 1,
    write: (buffer, value: boolean, at) => void buffer.writeUInt8(value ? 1 : 0, at),
  },
  'timestamp with time zone': {
    oid: 1184,
    fits: (value) => Number.isSafeInteger(value) && Math.abs(Number(value)) <= 8_640_000_000_000_000,
    bytes: eight,
    write: writeInstant,
    asText: (value) => (typeof value === 'number' ? new Date(value).toISOString() : value),
  },
};

const isNone = (value: unknown): boolean => value === null || value === undefined;

const binaryArray = (type: BinaryType, values: readonly unknown[]): Buffer | undefined => {
  let bytes = headerBytes;
  let hasNull = 0;
  for (const value of values) {
    bytes += 4;
    if (isNone(value)) hasNull = 1;
    else if (type.fits(value)) bytes += type.bytes(value as never);
    else return undefined;
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const head of [1, hasNull, type.oid, values.length, 1]) at = buffer.writeInt32BE(head, at);
  for (const value of values) {
    const length = isNone(value) ? -1 : type.bytes(value as never);
    at = buffer.writeInt32BE(length, at);
    if (length < 0) continue;
    type.write(buffer, value as never, at);
    at += length;
  }
  return buffer;
};

/** Values without the marks that JSON needs and columns do not: `null` for nothing, JSON text for anything else. */
const asJson = (value: unknown): unknown => (isNone(value) ? null : JSON.stringify(value));

/**
 * A column of rows as one parameter: an array of PostgreSQL, in its binary format where that exists for the type and
 * every value fits it. Nothing is then escaped here nor parsed by the server. Instants are milliseconds.
 */
export const columnArray = (type: string, values: readonly unknown[]): Buffer | string => {
  if (type === 'jsonb') return arrayLiteral(values.map(asJson));
  const binary = binaryTypes[type];
  if (binary === undefined || values.length === 0) return arrayLiteral(values);
  return binaryArray(binary, values) ?? arrayLiteral(binary.asText === undefined ? values : values.map(binary.asText));
};
