import { Module, type DynamicModule, type LoggerService, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { requestHash } from '#libs/platform/crypto/request-hash';
import { EdgeAdapter } from './adapter';
import { EdgeGuard } from './edge.guard';
import { HealthController } from './health.controller';
import { serveOpenApi } from './open-api';
import { PlatformModule, type Platform } from './platform.module';
import { ProblemFilter } from './problem.filter';

/** What an app that speaks HTTP is made of. One of the contexts must provide and export the `AUTHENTICATOR`. */
export interface EdgeParts {
  readonly platform: Platform;
  readonly contexts: readonly (Type | DynamicModule)[];
  readonly logger?: LoggerService;
  /** Proxies in front whose word on where a request comes from is taken: addresses or ranges; nobody's unless told. */
  readonly trustedProxies?: readonly string[];
  /** Adds hooks that look on: at every request, before anything else does. */
  readonly observe?: (instance: FastifyInstance) => void;
}

@Module({})
class EdgeModule {
  static of({ platform, contexts }: EdgeParts): DynamicModule {
    return {
      module: EdgeModule,
      imports: [PlatformModule.forRoot(platform), ...contexts],
      controllers: [HealthController],
      providers: [
        { provide: APP_GUARD, useClass: EdgeGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}

/** The application with every route, guard and page in place; not listening yet. */
export const createEdge = async (parts: EdgeParts): Promise<NestFastifyApplication> => {
  const adapter = new EdgeAdapter(requestHash(parts.platform.masterKey.derive('request-hash')), parts.trustedProxies);
  parts.observe?.(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(EdgeModule.of(parts), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: parts.logger ?? false,
  });
  serveOpenApi(app);
  await app.init();
  await adapter.getInstance().ready();
  return app;
};
