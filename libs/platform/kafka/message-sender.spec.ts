import fc from 'fast-check';
import { inRequests } from './message-sender';

const message = (size: number) => ({ key: null, value: 'x'.repeat(size) });

it('keeps the order, leaves nothing out, and keeps requests below the limit', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000)), fc.integer({ min: 500, max: 5_000 }), (sizes, limit) => {
      const messages = sizes.map(message);
      const requests = inRequests(messages, limit);
      expect(requests.flat()).toEqual(messages);
      for (const request of requests) {
        const bytes = request.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
        if (request.length > 1) expect(bytes).toBeLessThan(limit);
        expect(request.length).toBeGreaterThan(0);
      }
    }),
  );
});

it('counts what travels in headers and keys', () => {
  const large = { key: 'k'.repeat(400), value: '', headers: { note: 'n'.repeat(400) } };
  expect(inRequests([large, large], 1_000)).toHaveLength(2);
});
