import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The OpenAPI 3.1 document of every route, from the schemas that validate the requests. */
export const openApiOf = (app: NestFastifyApplication): OpenAPIObject => {
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Regulars')
    .setDescription('An event-sourced loyalty and membership platform.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer' })
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, head);
};

/** Serves the document at `/docs/openapi.json` and as a page at `/docs`. Built on the first visit, not at start. */
export const serveOpenApi = (app: NestFastifyApplication): void => {
  SwaggerModule.setup('docs', app, () => openApiOf(app), { jsonDocumentUrl: 'docs/openapi.json', raw: ['json'] });
};
