import fc from 'fast-check';
import { correlationIdOf, setHeaders } from './headers';

/** The headers that a request for a path is answered with. */
const headersFor = (url: string): Readonly<Record<string, string>> => {
  const sent: Record<string, string> = {};
  let passedOn = 0;
  const reply = {
    header: (name: string, value: string) => void (sent[name] = value),
    headers: (values: Readonly<Record<string, string>>) => (Object.assign(sent, values), reply),
  };
  setHeaders({ id: 'c-1', url }, reply, () => void (passedOn += 1));
  expect(passedOn).toBe(1);
  return sent;
};
const asked = (sent: unknown): string => correlationIdOf({ headers: { 'x-correlation-id': sent } });

describe('the correlation id', () => {
  it.each(['till-7-42', 'a', '0af7651916cd43dd8448eb211c80319c', 'A.b_c:d-e', 'x'.repeat(64)])(
    'is the caller’s own when it is a plain word: %s',
    (id) => expect(asked(id)).toBe(id),
  );

  it.each(['', 'x'.repeat(65), 'two words', 'a\nb', 'é', '<b>', undefined, 7, ['a', 'b']])(
    'is one of ours in place of %j',
    (id) => {
      const made = asked(id);
      expect(made).not.toBe(id);
      expect(asked(made)).toBe(made);
    },
  );

  it('of ours is never given twice', () =>
    expect(new Set(Array.from({ length: 5_000 }, () => asked(undefined))).size).toBe(5_000));

  it('is a word that may stand in a header and a log, whatever was sent', () =>
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (sent) => expect(asked(sent)).toMatch(/^[\w.:-]{1,64}$/))));
});

describe('the policy', () => {
  it('lets nothing run in an answer', () => {
    const { 'content-security-policy': policy, ...others } = headersFor('/v1/stores?x=/docs');
    expect(policy).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(others).toMatchObject({ 'x-correlation-id': 'c-1', 'cache-control': 'no-store' });
  });

  it.each(['/docs', '/docs/openapi.json', '/docs/swagger-ui.css'])(
    'lets our own scripts run at %s, framed by nobody',
    (url) => {
      const policy = headersFor(url)['content-security-policy'] ?? '';
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
      expect(headersFor(url)['x-content-type-options']).toBe('nosniff');
    },
  );
});
