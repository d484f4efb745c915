import { Probe } from './testing/probe';

let probe: Probe;
beforeAll(async () => void (probe = await Probe.open()));
afterAll(() => probe.app.close());

describe('outcomes of commands', () => {
  it('sends an answer as it was stored', async () => {
    const reply = await probe.ask('/probe/outcomes/answered');
    expect(reply).toMatchObject({ status: 202, text: '{"as":"it is"}' });
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['refused', 409, 'in-debt', 'Repay first.'],
    ['mismatch', 422, 'idempotency-mismatch', 'This Idempotency-Key was used for another request.'],
    ['claimed', 409, 'already-taken', 'Another record holds this name already.'],
  ])('%s is %d %s', async (name, status, code, detail) => {
    expect(await probe.problemOf(`/probe/outcomes/${name}`)).toMatchObject({ status, code, detail });
  });
});

describe('failures', () => {
  it.each([
    ['store', 503, 'unavailable', '1'],
    ['busy', 503, 'too-busy', '1'],
    ['bug', 500, 'internal-error', undefined],
    ['text', 500, 'internal-error', undefined],
  ])('%s is %d %s and tells nothing of its cause', async (name, status, code, wait) => {
    const found = await probe.problemOf(`/probe/failures/${name}`);
    expect(found).toMatchObject({ status, code });
    expect(found.headers['retry-after']).toBe(wait);
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it('are logged with route and correlation id, without query, token or body', async () => {
    probe.logged.length = 0;
    await probe.ask('/probe/failures/bug?phone=0400000000', { headers: { 'x-correlation-id': 'till-7-42' } });
    expect(probe.logged).toHaveLength(1);
    expect(probe.logged[0]).toContain('internal-error GET /probe/failures/:name till-7-42');
    expect(probe.logged[0]).toContain('secret detail');
    expect(probe.logged[0]).not.toContain('0400000000');
    expect(probe.logged[0]).not.toContain('token-one');
  });

  it('that are the caller’s own are not logged', async () => {
    probe.logged.length = 0;
    await probe.ask('/probe/tickets', { payload: { storeId: 5 } });
    expect(probe.logged).toEqual([]);
  });
});

describe('limits', () => {
  it('answers 429 with Retry-After beyond the burst, per credential', async () => {
    await probe.ask('/probe/limited');
    await probe.ask('/probe/limited');
    const found = await probe.problemOf('/probe/limited');
    expect(found).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(found.headers['retry-after']).toBe('1');
    expect((await probe.ask('/probe/limited', { token: 'token-two' })).status).toBe(200);
  });

  it('stops guessing at tokens, and lets those through who have one', async () => {
    const tries = await Promise.all(
      Array.from({ length: 320 }, (_, n) => probe.ask('/probe/caller', { token: `guess-${n}` })),
    );
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect((await probe.ask('/probe/caller')).status).toBe(200);
  });
});
