import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openApiOf } from '#libs/platform/http/open-api';

/** Which statuses an app's document names besides problems, by route (`POST /v1/stores`), where there are several. */
export const severalAnswers = (app: NestFastifyApplication): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(openApiOf(app).paths).flatMap(([path, operations]) =>
      Object.entries(operations as Readonly<Record<string, { readonly responses: object }>>)
        .map(
          ([method, { responses }]) => [method, Object.keys(responses).filter((each) => each !== 'default')] as const,
        )
        .filter(([, statuses]) => statuses.length > 1)
        .map(([method, statuses]) => [`${method.toUpperCase()} ${path}`, statuses]),
    ),
  );
