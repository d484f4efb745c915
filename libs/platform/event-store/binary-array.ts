/**
 * Arrays as parameters, in PostgreSQL's binary wire format. Against the usual text form nothing is escaped here and nothing parsed by
 * the server, which is what an append spends its time on. Layout: number of dimensions, null flag, element type,
 * length, lower bound, then each element with its length in bytes; all big-endian.
 */

const headerBytes = 20;
const elementType = { bytea: 17, int8: 20, int2: 21, int4: 23, text: 25 } as const;

const allocate = (type: number, count: number, bytes: number, hasNull: boolean): Buffer => {
  const buffer = Buffer.allocUnsafe(headerBytes + 4 * count + bytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(type, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
};

/** `text[]`. */
export const textArray = (values: readonly (string | undefined)[]): Buffer => {
  let bytes = 0;
  let hasNull = false;
  for (const value of values) {
    if (value === undefined) hasNull = true;
    else bytes += Buffer.byteLength(value);
  }
  const buffer = allocate(elementType.text, values.length, bytes, hasNull);
  let at = headerBytes;
  for (const value of values) {
    const written = value === undefined ? -1 : buffer.write(value, at + 4);
    buffer.writeInt32BE(written, at);
    at += 4 + Math.max(written, 0);
  }
  return buffer;
};

/** `bytea[]` from hexadecimal texts. */
export const byteaArray = (values: readonly string[]): Buffer => {
  let bytes = 0;
  for (const value of values) bytes += value.length >> 1;
  const buffer = allocate(elementType.bytea, values.length, bytes, false);
  let at = headerBytes;
  for (const value of values) {
    const written = buffer.write(value, at + 4, 'hex');
    buffer.writeInt32BE(written, at);
    at += 4 + written;
  }
  return buffer;
};

/** `uuid[]` in the usual text form: UUIDs need no escape, and taking them apart here costs more than parsing there. */
export const uuidArray = (values: readonly string[]): string => `{${values.join()}}`;

/** `int4[]`. */
export const int4Array = (values: readonly (number | undefined)[]): Buffer => {
  const nulls = values.filter((value) => value === undefined).length;
  const buffer = allocate(elementType.int4, values.length, 4 * (values.length - nulls), nulls > 0);
  let at = headerBytes;
  for (const value of values) {
    at = buffer.writeInt32BE(value === undefined ? -1 : 4, at);
    if (value !== undefined) at = buffer.writeInt32BE(value, at);
  }
  return buffer;
};

/** `int2[]`. */
export const int2Array = (values: readonly number[]): Buffer => {
  const buffer = allocate(elementType.int2, values.length, 2 * values.length, false);
  let at = headerBytes;
  for (const value of values) at = buffer.writeInt16BE(value, buffer.writeInt32BE(2, at));
  return buffer;
};

/** `int8[]` from safe integers. */
export const int8Array = (values: readonly number[]): Buffer => {
  const buffer = allocate(elementType.int8, values.length, 8 * values.length, false);
  let at = headerBytes;
  for (const value of values) {
    at = buffer.writeInt32BE(8, at);
    at = buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
    at = buffer.writeUInt32BE(value >>> 0, at);
  }
  return buffer;
};
