import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics';

/** Measures every request of a server under its route's pattern; what matches no route is counted as one. */
export const measureRequests = (instance: FastifyInstance, metrics: Metrics): void => {
  instance.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
};
