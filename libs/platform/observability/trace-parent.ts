import type { SpanContext } from '@opentelemetry/api';

const shape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const nothing = /^0+$/;

/** Where a trace goes on, as the W3C's `traceparent` header says it; `undefined` for anything that is none. */
export const parseTraceParent = (text: unknown): SpanContext | undefined => {
  const [, traceId, spanId, flags] = (typeof text === 'string' && shape.exec(text)) || [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (nothing.test(traceId) || nothing.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
};

/** The header's text for a span, by which another process goes on with its trace. */
export const traceParentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & 1) === 1 ? '01' : '00'}`;
