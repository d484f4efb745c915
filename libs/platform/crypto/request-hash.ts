import { createHmac, createSecretKey, hash } from 'node:crypto';

/** The hash that binds an idempotency key to one request. */
export type RequestHash = (method: string, url: string, body: unknown) => string;

const secrets = ['password', 'currentPassword'];

const hasSecret = (body: object): boolean => !Array.isArray(body) && secrets.some((name) => Object.hasOwn(body, name));

/**
 * A request as text. Passwords are left out, so that nothing stored lets anyone try passwords against it. They are
 * fields of the body itself; what is called so further inside is content like any other, and another content is
 * another request.
 */
const bodyText = (body: unknown): string => {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'object' || !hasSecret(body)) return JSON.stringify(body);
  return JSON.stringify({ ...body, password: undefined, currentPassword: undefined });
};

/** SHA-256's block and digest, bytes. */
const blockBytes = 64;
const digestBytes = 32;

/** Texts up to so many characters are hashed in place. */
const roomForText = 16_384;

/** A key XOR-ed over a block of one byte (RFC 2104, section 2), with room for what is hashed after it. */
const padded = (key: Uint8Array, byte: number, room: number): Buffer => {
  const block = Buffer.alloc(blockBytes + room, byte);
  for (const [index, part] of key.entries()) block[index] = part ^ byte;
  return block;
};

/** HMAC-SHA256 of texts, base64url. The two hashes it is made of, each in one call, take a third of a Hmac object's time. */
const hmacOf = (key: Uint8Array): ((text: string) => string) => {
  const secret = createSecretKey(key);
  const inner = padded(key, 0x36, roomForText * 3);
  const outer = padded(key, 0x5c, digestBytes);
  return (text) => {
    if (text.length > roomForText) return createHmac('sha256', secret).update(text).digest('base64url');
    const end = blockBytes + inner.write(text, blockBytes, 'utf8');
    hash('sha256', inner.subarray(0, end), 'buffer').copy(outer, blockBytes);
    return hash('sha256', outer, 'base64url');
  };
};

/**
 * HMAC-SHA256 (base64url) under a server key (32 bytes) over method, path with query, and the parsed body in the order of
 * its fields as sent. Keyed, because a plain hash of a short body could be guessed from the log.
 */
export const requestHash = (key: Uint8Array): RequestHash => {
  if (key.length > blockBytes) throw new RangeError(`A key has at most ${blockBytes} bytes.`);
  const hmac = hmacOf(key);
  return (method, url, body) => hmac(`${method} ${url}\n${bodyText(body)}`);
};
