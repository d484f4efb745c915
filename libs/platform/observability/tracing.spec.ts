import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { startTracing } from './start-tracing';
import { goOn, inSpan, inSpanOf, inSpansOf, requestSpan, traceOnward } from './tracing';

const remote = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const notSampled = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

/** Keeps spans over the shut-down that hands them over. */
class Kept extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const traced = async (work: () => Promise<unknown>): Promise<readonly ReadableSpan[]> => {
  const exporter = new Kept();
  const end = await startTracing({ service: 'worker', exporter: exporter satisfies SpanExporter });
  try {
    await work();
  } finally {
    await end();
  }
  return exporter.getFinishedSpans();
};

const told = (spans: readonly ReadableSpan[]) =>
  spans.map((span) => ({ name: span.name, trace: span.spanContext().traceId, under: span.parentSpanContext?.spanId }));

describe('off', () => {
  it('does the work and nothing else', async () => {
    expect(await inSpan('append', () => Promise.resolve(1))).toBe(1);
    expect(await inSpansOf('project', [{ type: 'X', meta: { traceparent: remote } }], () => Promise.resolve(2))).toBe(
      2,
    );
    expect(requestSpan({ method: 'GET', headers: { traceparent: remote } })).toBeUndefined();
    expect(traceOnward()).toEqual({});
  });

  it('does not even look at what it would go on from', async () => {
    const carrier = (): never => {
      throw new Error('looked');
    };
    expect(await inSpanOf('policy', carrier, () => Promise.resolve(3))).toBe(3);
  });
});

describe('on', () => {
  it('goes on with a trace from the request to what is appended, and hands it on', async () => {
    let onward: Readonly<Record<string, string>> = {};
    const spans = await traced(async () => {
      const begun = requestSpan({ method: 'POST', headers: { traceparent: remote } });
      await new Promise<void>((resolve) => {
        goOn(begun!.within, () => {
          onward = traceOnward();
          void inSpan('append', () => Promise.resolve()).then(resolve);
        });
      });
      begun?.span.end();
    });
    const [append, request] = told(spans);
    expect([append?.name, request?.name]).toEqual(['append', 'POST']);
    expect(request).toMatchObject({ trace: '0af7651916cd43dd8448eb211c80319c', under: 'b7ad6b7169203331' });
    expect(append?.trace).toBe(request?.trace);
    expect(append?.under).toBe(spans[1]?.spanContext().spanId);
    expect(onward).toEqual({ traceparent: `00-${request?.trace}-${append?.under}-01` });
  });

  it('begins a trace where a request brings none', async () => {
    const spans = await traced(async () => requestSpan({ method: 'GET', headers: {} })?.span.end());
    expect(told(spans)).toMatchObject([{ name: 'GET', under: undefined }]);
  });

  it('follows a fact into whoever takes it in, one span for each trace of a batch', async () => {
    const facts = [
      { type: 'PointsEarned', meta: { traceparent: remote } },
      { type: 'PointsEarned', meta: {} },
      { type: 'PointsEarned', meta: { traceparent: 'nonsense' } },
    ];
    const spans = await traced(() => inSpansOf('project', facts, () => Promise.resolve()));
    expect(told(spans)).toEqual([
      { name: 'project', trace: '0af7651916cd43dd8448eb211c80319c', under: 'b7ad6b7169203331' },
    ]);
    expect(spans[0]?.attributes).toEqual({ 'regulars.fact': 'PointsEarned' });
  });

  it('lets what a policy does be a part of the trace of its fact', async () => {
    const spans = await traced(() =>
      inSpanOf(
        'policy:x',
        () => ({ traceparent: remote }),
        () => inSpan('append', () => Promise.resolve()),
      ),
    );
    const [append, policy] = spans;
    expect(append?.parentSpanContext?.spanId).toBe(policy?.spanContext().spanId);
    expect(policy?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  it('keeps out of traces that are not kept', async () => {
    let onward: unknown;
    const spans = await traced(async () => {
      const begun = requestSpan({ method: 'POST', headers: { traceparent: notSampled } });
      goOn(begun!.within, () => (onward = traceOnward()));
      begun?.span.end();
    });
    expect([spans, onward]).toEqual([[], {}]);
  });

  it('notes that work failed by the kind of error, never by its words', async () => {
    const spans = await traced(() =>
      inSpanOf(
        'policy:x',
        () => ({ traceparent: remote }),
        () => Promise.reject(new RangeError('0400 000 000')),
      ).catch(() => undefined),
    );
    expect(spans[0]?.status).toEqual({ code: 2, message: 'RangeError' });
    expect(JSON.stringify(spans[0]?.events)).not.toContain('0400');
  });
});
