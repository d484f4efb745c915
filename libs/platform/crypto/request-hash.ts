import { createHmac, createSecretKey } from 'node:crypto';

/** The hash that binds an idempotency key to one request. */
export type RequestHash = (method: string, url: string, body: unknown) => string;

const withoutPasswords = (name: string, value: unknown): unknown => (name === 'password' ? undefined : value);

/**
 * A request as text. Fields named `password` are left out at every depth, so that nothing stored lets anyone try
 * passwords against it. Looking for the name first spares the slow replacer for all other requests.
 */
const bodyText = (body: unknown): string => {
  if (body === undefined || body === null) return '';
  const text = JSON.stringify(body);
  return text.includes('"password"') ? JSON.stringify(body, withoutPasswords) : text;
};

/**
 * HMAC-SHA256 (base64url) under a server key over method, path with query, and the parsed body in the order of its
 * fields as sent. Keyed, because a plain hash of a short body could be guessed from the log.
 */
export const requestHash = (key: Uint8Array): RequestHash => {
  const secret = createSecretKey(key);
  return (method, url, body) =>
    createHmac('sha256', secret)
      .update(`${method} ${url}\n${bodyText(body)}`)
      .digest('base64url');
};
