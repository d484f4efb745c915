import { hash } from 'node:crypto';

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/**
 * The uuid (version 5, RFC 9562 §5.5) of a name within a namespace, itself a uuid. The same two texts always give the
 * same id, so whatever is done twice under it is recognised the second time.
 */
export const uuidFrom = (namespace: string, name: string): string => {
  const digest = hash('sha1', Buffer.concat([bytesOf(namespace), Buffer.from(name, 'utf8')]), 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
};

/** Several texts as one, so that no two different lists give the same text. */
export const joined = (...parts: readonly string[]): string => parts.map((part) => `${part.length}:${part}`).join('');
