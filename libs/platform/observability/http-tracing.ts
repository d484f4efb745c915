import type { FastifyInstance, FastifyRequest } from 'fastify';
import { goOn, requestSpan } from './tracing';

/** A span for every request of a server, named after its route's pattern; the request's work goes on inside it. */
export const traceRequests = (instance: FastifyInstance): void => {
  const spans = new WeakMap<FastifyRequest, NonNullable<ReturnType<typeof requestSpan>>['span']>();
  instance.addHook('onRequest', (request, _reply, done) => {
    const begun = requestSpan(request);
    if (begun === undefined) return done();
    spans.set(request, begun.span);
    goOn(begun.within, done);
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    if (span !== undefined) {
      const route = request.routeOptions.url ?? 'none';
      span.updateName(`${request.method} ${route}`);
      span.setAttributes({ 'http.route': route, 'http.response.status_code': reply.statusCode });
      span.setAttribute('regulars.correlation_id', request.id);
      span.end();
    }
    done();
  });
};
