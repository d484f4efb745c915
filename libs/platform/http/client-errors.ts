import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { always } from './headers';
import { problem, type Problem } from './problem';

/** What Node's parser gives up over, by its error code; anything else is a request that cannot be read. */
const parserProblems: Readonly<Record<string, () => Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: () => problem('request-timeout', 408, 'The request did not arrive in time.'),
  HPE_HEADER_OVERFLOW: () => problem('headers-too-large', 431, 'Address and headers are larger than 16 KiB.'),
};

const unreadable = (): Problem => problem('malformed-request', 400, 'The request cannot be read.');

const asText = (found: Problem): string => {
  const body = found.toText();
  const headers = {
    ...always,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${found.status} ${STATUS_CODES[found.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
};

/** Answers what never became a request as a problem like any other, and ends the connection. */
export const answerUnread = (error: { readonly code?: unknown }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const found = (typeof error.code === 'string' ? parserProblems[error.code] : undefined) ?? unreadable;
  if (socket.writable) socket.write(asText(found()));
  socket.destroy();
};
