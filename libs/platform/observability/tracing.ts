import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import { parseTraceParent, traceParentOf } from './trace-parent';

/** Where a fact's trace goes on is kept under this name, in its metadata as in headers. */
const traceParent = 'traceparent';

/** Absent while tracing is off: then nothing below does more than look here. */
let tracer: Tracer | undefined;

/** Switches tracing on with whoever makes the spans, or off. See `start-tracing.ts`. */
export const traceWith = (maker: Tracer | undefined): void => {
  tracer = maker;
};

const nothing: Readonly<Record<string, string>> = Object.freeze({});

/** What goes with everything that leaves the work at hand, so that its trace goes on there; empty while there is none. */
export const traceOnward = (): Readonly<Record<string, string>> => {
  const span = tracer === undefined ? undefined : trace.getActiveSpan();
  return span?.isRecording() === true ? { [traceParent]: traceParentOf(span.spanContext()) } : nothing;
};

const contextFrom = (carrier: Readonly<Record<string, unknown>>): Context | undefined => {
  const parent = parseTraceParent(carrier[traceParent]);
  return parent === undefined ? undefined : trace.setSpanContext(ROOT_CONTEXT, parent);
};

const finish = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    // The kind only: an error's own words may hold input.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    span.end();
  }
};

/** Does work as a part of the trace that is under way. */
export const inSpan = <T>(name: string, work: () => Promise<T>): Promise<T> => {
  if (tracer === undefined || trace.getActiveSpan() === undefined) return work();
  return tracer.startActiveSpan(name, (span) => finish(span, work));
};

/** Does work that a fact or a message asked for, as a part of the trace that its metadata or headers name. */
export const inSpanOf = <T>(
  name: string,
  carrier: () => Readonly<Record<string, unknown>>,
  work: () => Promise<T>,
): Promise<T> => {
  const from = tracer === undefined ? undefined : contextFrom(carrier());
  if (tracer === undefined || from === undefined) return work();
  return tracer.startActiveSpan(name, { kind: SpanKind.CONSUMER }, from, (span) => finish(span, work));
};

/** Does work on a batch, seen in the trace of each fact of it that has one. */
export const inSpansOf = async <T>(
  name: string,
  facts: readonly { readonly meta: Readonly<Record<string, string>>; readonly type: string }[],
  work: () => Promise<T>,
): Promise<T> => {
  if (tracer === undefined) return work();
  const maker = tracer;
  const spans = facts.flatMap(({ meta, type }) => {
    const from = contextFrom(meta);
    if (from === undefined) return [];
    return [maker.startSpan(name, { kind: SpanKind.CONSUMER, attributes: { 'regulars.fact': type } }, from)];
  });
  try {
    return await work();
  } finally {
    for (const span of spans) span.end();
  }
};

/** What a server span needs to know of a request. */
export interface TracedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A request's span, and how to go on in it. `undefined` while tracing is off. */
export const requestSpan = ({ method, headers }: TracedRequest): { span: Span; within: Context } | undefined => {
  if (tracer === undefined) return undefined;
  const from = contextFrom(headers) ?? ROOT_CONTEXT;
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, from);
  return { span, within: trace.setSpan(from, span) };
};

/** Goes on with a callback inside a context. */
export const goOn = (within: Context, callback: () => void): void => context.with(within, callback);
