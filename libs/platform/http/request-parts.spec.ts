import { Probe } from './testing/probe';

let probe: Probe;
beforeAll(async () => void (probe = await Probe.open()));
afterAll(() => probe.app.close());

const json = { 'content-type': 'application/json' };

describe('the body', () => {
  const payload = { storeId: 'S1', lines: [{ quantity: 0.5 }, { quantity: -1, colour: 'red' }], extra: 1 };

  it('is validated whole, with the path of every mistake', async () => {
    const found = await probe.problemOf('/probe/tickets', { payload });
    expect(found).toMatchObject({ status: 400, code: 'validation' });
    expect((found.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'extra',
      'lines[0].quantity',
      'lines[1].colour',
      'lines[1].quantity',
    ]);
  });

  it.each([
    ['is no JSON', '{"storeId":', 'malformed-json', json],
    ['reaches for a prototype', '{"storeId":"S1","__proto__":{"a":1}}', 'malformed-json', json],
    [
      'comes as a form',
      'storeId=S1',
      'unsupported-content-type',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['comes as text', 'S1', 'unsupported-content-type', { 'content-type': 'text/plain' }],
    ['is larger than 256 KiB', JSON.stringify({ storeId: 'x'.repeat(262_145) }), 'body-too-large', json],
    ['is nested too deeply', '['.repeat(120_000) + ']'.repeat(120_000), 'body-too-deep', json],
    ['is a list', '[]', 'validation', json],
    ['is null', 'null', 'validation', json],
    ['is missing', '', 'validation', json],
  ])('%s: 400', async (_, text, code, headers) => {
    expect(await probe.problemOf('/probe/tickets', { method: 'POST', payload: text, headers })).toMatchObject({
      status: 400,
      code,
    });
  });

  it.each([
    ['in Latin-1', Buffer.from('{"storeId":"S1","at":"Jos\xe9"}', 'latin1')],
    ['cut off in the middle of a character', Buffer.from('{"storeId":"José').subarray(0, -1)],
    ['with a surrogate in it', Buffer.from([...Buffer.from('{"storeId":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
    ['of a character in too many bytes', Buffer.from([...Buffer.from('{"storeId":"S1"'), 0xc0, 0xbd])],
    ['in UTF-16 with a mark', Buffer.from('\ufeff{"storeId":"S1"}', 'utf16le')],
  ])('that is not UTF-8 (%s) is refused, not repaired', async (_, payload) => {
    const found = await probe.problemOf('/probe/tickets', { payload, headers: json });
    expect(found).toMatchObject({ status: 400, code: 'malformed-encoding' });
  });

  it.each(['utf-16', 'UTF-16LE', 'iso-8859-1', '"windows-1252"', "'utf-8'"])(
    'is refused as of the charset %s, whatever is in it',
    async (charset) => {
      const headers = { 'content-type': `application/json; charset=${charset}` };
      const found = await probe.problemOf('/probe/tickets', { payload: '{"storeId":"S1"}', headers });
      expect(found).toMatchObject({ status: 400, code: 'unsupported-content-type' });
    },
  );

  it.each(['; charset=utf-8', ';charset=UTF-8', '; charset="utf-8"', '; charset=utf8', '; charset=US-ASCII', '; v=1'])(
    'may say that it is %s',
    async (parameter) => {
      const headers = { 'content-type': `application/json${parameter}` };
      const payload = '\ufeff{"storeId":"S1"}';
      expect((await probe.ask('/probe/tickets', { payload, headers })).status).toBe(201);
    },
  );

  it.each(['\\ud83d', '\\uDE42\\uD83D', 'Jos\\ud83d\\u00e9', '\\\\\\ud83d\\\\ude42'])(
    'with half a character in it (%s) is refused as well',
    async (text) => {
      for (const payload of [`{"storeId":"${text}"}`, `{"${text}":[]}`, `[[{"a":["${text}"]}]]`]) {
        const found = await probe.problemOf('/probe/echo', { payload, headers: json });
        expect(found).toMatchObject({ status: 400, code: 'malformed-encoding' });
      }
    },
  );

  it.each(['\\ud83d\\ude42', '\\uD83D\\uDE42', '\\\\ud83d', '\\\\\\\\ude42 \\u00e9'])(
    'may escape its characters: %s',
    async (text) => {
      const { json: answer } = await probe.ask('/probe/echo', { payload: `{"storeId":"${text}"}`, headers: json });
      expect(answer).toEqual({ storeId: JSON.parse(`"${text}"`) as string });
    },
  );

  it('is refused for its depth, whatever is in it', async () => {
    const payload = `${'['.repeat(60_000)}"\\ud83d\\ude42"${']'.repeat(60_000)}`;
    expect(await probe.problemOf('/probe/tickets', { payload, headers: json })).toMatchObject({
      code: 'body-too-deep',
    });
  });

  it('comes through letter by letter', async () => {
    const payload = { storeId: 'José 积分 🙂 \ufffd' };
    const { json: answer } = await probe.ask('/probe/echo', { payload });
    expect(answer).toEqual(payload);
  });

  it('may be empty where none is needed, even when a type is named', async () => {
    expect((await probe.ask('/probe/stores/S1', { method: 'POST', payload: '', headers: json })).status).toBe(201);
  });

  it('never comes back in a problem', async () => {
    const { text } = await probe.ask('/probe/tickets', { payload: { storeId: 'S1', password: 'hunter2-hunter2' } });
    expect(text).not.toContain('hunter2');
  });

  it.each(['2026-03-01T18:20:00+11:00', '2026-03-01T07:20:00Z', '2026-03-01T07:20:00.000Z'])(
    'reads the instant %s',
    async (at) => {
      const { json: body } = await probe.ask('/probe/quotes', { payload: { storeId: 'S1', at } });
      expect(body['at']).toBe(Date.UTC(2026, 2, 1, 7, 20));
    },
  );

  it.each(['2026-03-01', '2026-03-01T18:20:00', '2026-02-30T00:00:00Z', 'yesterday', 5])(
    'refuses the instant %s',
    async (at) => {
      const found = await probe.problemOf('/probe/quotes', { payload: { storeId: 'S1', at } });
      expect(found.errors).toMatchObject([{ path: 'at' }]);
    },
  );
});

describe('path and query', () => {
  it('refuses an identifier with other characters', async () => {
    const found = await probe.problemOf('/probe/stores/a%20b', { method: 'POST' });
    expect(found).toMatchObject({ status: 400, code: 'validation', errors: [{ path: 'storeId' }] });
  });

  it.each(['limit=0', 'limit=201', 'limit=many', 'limit=1&limit=2', 'colour=red'])('refuses ?%s', async (query) => {
    expect(await probe.problemOf(`/probe/list?${query}`)).toMatchObject({ status: 400, code: 'validation' });
  });

  it.each([
    ['/probe/caller?colour=red&asOf=now', {}, ['asOf', 'colour']],
    ['/probe/quotes?park=true', { payload: { storeId: 'S1' } }, ['park']],
    ['/probe/tickets?parks=true', { payload: { storeId: 'S1' } }, ['parks']],
  ])('refuses what a route does not take: %s', async (url, sent, paths) => {
    const found = await probe.problemOf(url, sent);
    expect(found).toMatchObject({ status: 400, code: 'validation' });
    expect((found.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual(paths);
  });

  it.each(['/probe/caller', '/probe/caller?', '/probe/list?limit=1', '/health/live?at=now'])('takes %s', async (url) =>
    expect((await probe.ask(url)).status).toBe(200),
  );

  it('says nothing of it to whoever may not call', async () => {
    expect(await probe.problemOf('/probe/audit?colour=red')).toMatchObject({ status: 403 });
    expect(await probe.problemOf('/probe/caller?colour=red', { token: null })).toMatchObject({ status: 401 });
  });

  it('answers a page and where the next one starts', async () => {
    expect((await probe.ask('/probe/list?limit=2')).json).toEqual({ items: [1, 2], nextCursor: 'Mg' });
    expect((await probe.ask('/probe/list')).json).toEqual({ items: [1, 2, 3], nextCursor: null });
  });

  it.each(['/nowhere', '/v1', '/nowhere?phone=0400000000'])('%s is 404 and is not repeated', async (url) => {
    const found = await probe.problemOf(url);
    expect(found).toMatchObject({ status: 404, code: 'route-not-found' });
    expect(found.detail).not.toContain('phone');
  });

  it('a malformed escape is 400', async () => {
    expect(await probe.problemOf('/probe/stores/%zz', { method: 'POST' })).toMatchObject({ status: 400 });
  });

  it('a path longer than any identifier is refused', async () => {
    const found = await probe.problemOf(`/probe/stores/${'x'.repeat(300)}`, { method: 'POST' });
    expect([400, 404]).toContain(found.status);
  });
});
