import { context } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { traceWith } from './tracing';

/** Where spans go, and under which name. */
export interface TracingSettings {
  readonly service: string;
  /** Takes the spans; see {@link otlpExporter}. */
  readonly exporter: SpanExporter;
}

/**
 * Switches tracing on for this process; the answer hands over what is left and switches it off. Which traces are kept
 * is for the SDK's own settings to say (`OTEL_TRACES_SAMPLER`). The SDK is loaded only now: without tracing it costs
 * neither time nor memory.
 */
export const startTracing = async ({ service, exporter }: TracingSettings): Promise<() => Promise<void>> => {
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const manager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(manager);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'regulars' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  traceWith(provider.getTracer('regulars'));
  return async () => {
    traceWith(undefined);
    await provider.shutdown();
    context.disable();
  };
};

/** Sends spans to a collector, over HTTP. @param endpoint the collector's address, without the path */
export const otlpExporter = async (endpoint: string): Promise<SpanExporter> => {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
};
