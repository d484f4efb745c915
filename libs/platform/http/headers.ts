/** Sent with every answer. The answers are data, never pages: nothing may run, frame or cache them. */
export const always: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The policy of the documentation page, whose scripts and styles come from this server. */
const pagePolicy =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

interface Headed {
  header(name: string, value: string): unknown;
  headers(values: Readonly<Record<string, string>>): Headed;
}

/** First hook of every request: security headers and the correlation id. Two constants cost less than a plugin. */
export const setHeaders = (
  request: { readonly id: string; readonly url: string },
  reply: Headed,
  done: () => void,
): void => {
  reply.headers(always).header('x-correlation-id', request.id);
  if (request.url.startsWith('/docs')) reply.header('content-security-policy', pagePolicy);
  done();
};

const correlation = /^[A-Za-z0-9._:-]{1,64}$/;
const run = `${process.pid.toString(36)}${Date.now().toString(36)}`;
let made = 0;

/** The caller's `x-correlation-id` when it is a plain word, else one of our own: unique per process and count. */
export const correlationIdOf = (request: { readonly headers: Readonly<Record<string, unknown>> }): string => {
  const sent = request.headers['x-correlation-id'];
  if (typeof sent === 'string' && correlation.test(sent)) return sent;
  made += 1;
  return `${run}-${made.toString(36)}`;
};
