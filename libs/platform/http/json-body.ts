import { isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyBodyParser, type FastifyInstance } from 'fastify';
import { problem, type Problem } from './problem';

/** The charset that a content type names. */
const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** UTF-8 by its names, and what is part of it. */
const ours = /^(?:utf-?8|us-ascii)$/i;

const isOurs = (contentType: string | undefined): boolean => {
  const named = contentType === undefined ? undefined : charset.exec(contentType)?.[1];
  return named === undefined || ours.test(named);
};

const notUtf8 = (): Problem => problem('malformed-encoding', 400, 'The body is not UTF-8.');

/** An escaped half of a character, whole with its other half or not. Few bodies have one. */
const escapedHalf = /\\u[dD][89a-fA-F]/;

/** A half without its other half. */
const half = /\p{Surrogate}/u;

/** Whether a text or a name anywhere in a parsed body holds half a character. Not recursive: JSON may be deep. */
const holdsHalf = (body: unknown): boolean => {
  const left = [body];
  while (left.length > 0) {
    const each = left.pop();
    if (typeof each === 'string' && half.test(each)) return true;
    if (typeof each === 'object' && each !== null) for (const entry of Object.entries(each)) left.push(...entry);
  }
  return false;
};

/**
 * Reads JSON that cannot reach a prototype. What is no UTF-8, or says by escapes what UTF-8 cannot (RFC 7493, section
 * 2.1), is refused (400 `malformed-encoding`): names would be kept for ever with what nobody wrote. An empty body is none: many
 * clients name a type without sending anything.
 */
export const jsonBody = (instance: FastifyInstance): FastifyBodyParser<Buffer> => {
  const parse = instance.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (!isOurs(request.headers['content-type'])) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(notUtf8());
    const text = body.toString('utf8');
    if (!escapedHalf.test(text)) return parse(request, text, done);
    return parse(request, text, (error, parsed) =>
      error === null && holdsHalf(parsed) ? done(notUtf8()) : done(error, parsed),
    );
  };
};
