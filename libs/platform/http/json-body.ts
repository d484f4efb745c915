import { isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyBodyParser, type FastifyInstance } from 'fastify';
import { problem } from './problem';

/** The charset that a content type names. */
const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** UTF-8 by its names, and what is part of it. */
const ours = /^(?:utf-?8|us-ascii)$/i;

const isOurs = (contentType: string | undefined): boolean => {
  const named = contentType === undefined ? undefined : charset.exec(contentType)?.[1];
  return named === undefined || ours.test(named);
};

/**
 * Reads JSON that cannot reach a prototype. Bytes that are no UTF-8 are refused (400 `not-utf-8`): taken for it, names
 * would be kept for ever with what nobody wrote. An empty body is none: many clients name a type without sending anything.
 */
export const jsonBody = (instance: FastifyInstance): FastifyBodyParser<Buffer> => {
  const parse = instance.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (!isOurs(request.headers['content-type'])) return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(problem('not-utf-8', 400, 'The body is not UTF-8.'));
    return parse(request, body.toString('utf8'), done);
  };
};
