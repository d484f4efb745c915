import { createHmac } from 'node:crypto';
import { requestHash } from './request-hash';

const hash = requestHash(new Uint8Array(32).fill(1));
const post = (body: unknown, url = '/v1/staff'): string => hash('POST', url, body);

it('is the same for the same request', () => {
  expect(post({ staffId: 'C1' })).toBe(post({ staffId: 'C1' }));
});

it.each([
  ['another body', post({ staffId: 'C2' })],
  ['another path', post({ staffId: 'C1' }, '/v1/stores')],
  ['a query', post({ staffId: 'C1' }, '/v1/staff?a=1')],
  ['another method', hash('PUT', '/v1/staff', { staffId: 'C1' })],
  ['no body', post(undefined)],
  ['another key', requestHash(new Uint8Array(32).fill(2))('POST', '/v1/staff', { staffId: 'C1' })],
])('%s makes another hash', (_, other) => expect(other).not.toBe(post({ staffId: 'C1' })));

it('leaves passwords out where requests have them, and nothing else', () => {
  const plain = post({ staffId: 'C1', more: [{ name: 'Kim' }] });
  expect(post({ staffId: 'C1', password: 'one', more: [{ name: 'Kim' }] })).toBe(plain);
  expect(post({ staffId: 'C1', currentPassword: 'three', more: [{ name: 'Kim' }], password: 'one' })).toBe(plain);
  expect(post({ staffId: 'C1', passwords: 'one', more: [{ name: 'Kim' }] })).not.toBe(plain);
  expect(post({ staffId: '"password"', more: [{ name: 'Kim' }] })).not.toBe(plain);
});

it('tells apart what differs further inside, whatever it is called', () => {
  for (const field of ['password', 'currentPassword']) {
    const told = (word: string) => [
      { evidence: { [field]: word } },
      [{ [field]: word }],
      { lines: [{ [field]: word }] },
    ];
    const [one, two] = [told('one').map((body) => post(body)), told('two').map((body) => post(body))];
    expect(new Set([...one, ...two]).size).toBe(6);
  }
});

it('of a request without passwords stays what it has always been', () => {
  const body = { staffId: 'C1', 2: 'b', 1: 'a', more: [null, { name: 'Kim' }] };
  const text = 'POST /v1/staff\n{"1":"a","2":"b","staffId":"C1","more":[null,{"name":"Kim"}]}';
  const expected = createHmac('sha256', new Uint8Array(32).fill(1)).update(text).digest('base64url');
  expect(post(body)).toBe(expected);
  expect(post({ ...body, password: 'one' })).toBe(expected);
});

it('tells a body that is missing from one that is empty', () => {
  expect(post({})).not.toBe(post(undefined));
  expect(post(null)).toBe(post(undefined));
});

it.each([0, 10, 16_000, 16_384, 16_385, 60_000])('is HMAC-SHA256 of a body of %i characters', (length) => {
  const key = new Uint8Array(32).fill(1);
  const body = '会'.repeat(length);
  const text = `POST /v1/staff\n${JSON.stringify(body)}`;
  expect(post(body)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
});
