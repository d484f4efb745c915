import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createEdge } from '#libs/platform/http/edge';
import { MetricsModule } from '#libs/platform/http/metrics.controller';
import { measureRequests } from '#libs/platform/observability/http-metrics';
import { traceRequests } from '#libs/platform/observability/http-tracing';
import { otlpExporter, startTracing } from '#libs/platform/observability/start-tracing';
import type { Background } from './background';
import type { Config } from './config';
import type { Foundation } from './foundation';
import { measure } from './measure';
import type { Undo } from './undo';

/** What a program shows over HTTP. */
export interface ServedParts {
  readonly foundation: Foundation;
  readonly background: Background;
  readonly contexts: readonly (Type | DynamicModule)[];
  /** Who may read how the program is doing from another machine. */
  readonly operationsRoles: readonly string[];
}

/** The contexts' routes, with health, measurements and traces beside them; not listening yet. `undo` closes it all. */
export const serve = async (config: Config, undo: Undo, parts: ServedParts): Promise<NestFastifyApplication> => {
  const { foundation, background, contexts, operationsRoles } = parts;
  const { platform, logger, metrics } = foundation;
  measure(foundation, background, config);
  const { otlpEndpoint, trustedProxies } = config;
  if (otlpEndpoint !== undefined) {
    const exporter = await otlpExporter(otlpEndpoint);
    undo.add(await startTracing({ service: metrics.service, exporter }), (end) => end());
  }
  const app = await createEdge({
    platform,
    contexts: [...contexts, MetricsModule.forRoot(metrics, operationsRoles)],
    logger,
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
    observe: (instance) => {
      measureRequests(instance, metrics);
      if (otlpEndpoint !== undefined) traceRequests(instance);
    },
  });
  return undo.add(app, (opened) => opened.close());
};
