import { presetDocument } from '../presets/presets';
import { ProgrammeModule } from '../module';
import { ProgrammeApp } from '../testing/programme-app';

/** The smallest document there is. */
const plain = {
  name: 'Club',
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  wallets: [{ code: 'points', name: { en: 'Points' } }],
  earningRules: [],
  tiers: {},
  rewards: [],
  lifecycle: { ruleVersion: 1 },
};

let chain: ProgrammeApp;
beforeEach(async () => void (chain = await ProgrammeApp.start(ProgrammeModule)));
afterEach(() => chain.close());

const publish = (body: object, options?: { role?: string; key?: string }) =>
  chain.call('POST', '/v1/programme/versions', { document: plain, note: 'a note', ...body }, options);

const problem = (code: string) => `urn:regulars:problem:${code}`;

const events = async (): Promise<number> => (await chain.platform.store.readAll({ xid: 0, position: 0 }, 100)).length;

describe('publishing', () => {
  it('is for those who reach every store, since a programme does', async () => {
    expect(await publish({}, { role: 'marketer~S1' })).toMatchObject({
      status: 403,
      body: { type: problem('out-of-scope') },
    });
    expect(await publish({}, { role: 'marketer' })).toMatchObject({ status: 201 });
  });

  it('takes no code that every object has, such as constructor', async () => {
    const wallets = [{ code: 'constructor', name: { en: 'Points' } }];
    expect(await publish({ document: { ...plain, wallets } })).toMatchObject({ status: 400 });
    expect(await events()).toBe(0);
  });

  it('the first version, without a beginning, covers everything earlier too', async () => {
    expect(await publish({})).toEqual({
      status: 201,
      body: {
        version: 1,
        effectiveFrom: '2026-03-01T00:00:00.000Z',
        coversEarlier: true,
        name: 'Club',
        note: 'a note',
        publishedAt: '2026-03-01T00:00:00.000Z',
      },
    });
    const earlier = await chain.call('GET', '/v1/programme?asOf=2010-01-01T00:00:00Z');
    expect(earlier).toMatchObject({ status: 200, body: { version: 1, document: { name: 'Club' } } });
  });

  it('the first version may start at any instant, and nothing is in force before it', async () => {
    const first = await publish({ effectiveFrom: '2020-01-01T00:00:00+11:00' });
    expect(first).toMatchObject({
      status: 201,
      body: { effectiveFrom: '2019-12-31T13:00:00.000Z', coversEarlier: false },
    });
    const before = await chain.call('GET', '/v1/programme?asOf=2019-12-31T12:59:59Z');
    expect(before).toMatchObject({ status: 404, body: { type: problem('programme-not-found') } });
  });

  it('a later version waits for its beginning', async () => {
    await publish({});
    const next = { document: { ...plain, name: 'Club 2' }, effectiveFrom: '2026-04-01T00:00:00Z' };
    expect(await publish(next)).toMatchObject({ status: 201, body: { version: 2, name: 'Club 2' } });
    expect((await chain.call('GET', '/v1/programme')).body).toMatchObject({ version: 1 });
    expect((await chain.call('GET', '/v1/programme?asOf=2026-04-01T00:00:00Z')).body).toMatchObject({ version: 2 });
    chain.clock.moveTo(Date.parse('2026-04-01T00:00:00Z'));
    expect((await chain.call('GET', '/v1/programme')).body).toMatchObject({ version: 2 });
  });

  it('of two versions from the same instant the later one wins', async () => {
    await publish({});
    await publish({ effectiveFrom: '2026-04-01T00:00:00Z' });
    await publish({ effectiveFrom: '2026-04-01T00:00:00Z' });
    expect((await chain.call('GET', '/v1/programme?asOf=2026-05-01T00:00:00Z')).body).toMatchObject({ version: 3 });
  });

  it('refuses a later version from the past', async () => {
    await publish({});
    const past = await publish({ effectiveFrom: '2026-02-28T23:59:59Z' });
    expect(past).toMatchObject({ status: 409, body: { type: problem('effective-in-the-past') } });
  });

  it('tells the same again for the same request, and takes the key for no other', async () => {
    const first = await publish({}, { key: 'k1' });
    expect(await publish({}, { key: 'k1' })).toEqual(first);
    expect(await events()).toBe(1);
    const other = await publish({ note: 'another' }, { key: 'k1' });
    expect(other).toMatchObject({ status: 422, body: { type: problem('idempotency-mismatch') } });
  });

  it('fills in the defaults', async () => {
    await publish({});
    expect((await chain.call('GET', '/v1/programme')).body['document']).toMatchObject({
      holdTtl: 'PT15M',
      earning: { combine: { base: 'sum' }, multiplierCeiling: 10 },
      wallets: [{ scale: 0, pending: { mode: 'immediate' }, expiry: { mode: 'never' } }],
    });
  });
});

describe('a document is checked whole', () => {
  it.each([
    ['an unknown key', { ...plain, walets: [] }, 'document.walets'],
    ['a missing part', { ...plain, rewards: undefined }, 'document.rewards'],
    ['no currency of this world', { ...plain, currency: 'AUX' }, 'document.currency'],
    ['a wallet without a name', { ...plain, wallets: [{ code: 'points' }] }, 'document.wallets[0].name'],
    [
      'a reward from a wallet that is not there',
      {
        ...plain,
        rewards: [{ id: 'r', name: { en: 'R' }, wallet: 'stars', cost: 1, gives: { kind: 'freeProduct', sku: 'X' } }],
      },
      'document.rewards[0].wallet',
    ],
  ])('%s', async (_, document, path) => {
    const refused = await publish({ document });
    expect(refused).toMatchObject({ status: 400, body: { type: problem('validation') } });
    expect((refused.body['errors'] as { path: string }[]).map((error) => error.path)).toContain(path);
    expect(await events()).toBe(0);
  });

  it('reports all that is wrong at once', async () => {
    const refused = await publish({ document: { ...plain, name: '', currency: 'x', timeZone: 'Mars' } });
    expect(refused.body['errors']).toHaveLength(3);
  });
});

describe('reading', () => {
  it('lists versions newest first, a page at a time', async () => {
    for (const name of ['A', 'B', 'C']) await publish({ document: { ...plain, name } });
    const first = await chain.call('GET', '/v1/programme/versions?limit=2');
    expect(first.body['items']).toMatchObject([{ version: 3, name: 'C' }, { version: 2 }]);
    const rest = await chain.call('GET', `/v1/programme/versions?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(rest.body).toMatchObject({ items: [{ version: 1, name: 'A' }], nextCursor: null });
  });

  it('shows one version with its document', async () => {
    await publish({});
    expect((await chain.call('GET', '/v1/programme/versions/1')).body).toMatchObject({
      version: 1,
      document: { name: 'Club' },
    });
    expect(await chain.call('GET', '/v1/programme/versions/2')).toMatchObject({
      status: 404,
      body: { type: problem('programme-version-not-found') },
    });
    expect((await chain.call('GET', '/v1/programme/versions/two')).status).toBe(400);
  });

  it('offers presets that can be published as they are', async () => {
    const list = await chain.call('GET', '/v1/programme/presets');
    const codes = (list.body['items'] as { code: string }[]).map(({ code }) => code);
    expect(codes).toEqual(['sandwich-card', 'auto-club', 'rental-club']);
    for (const code of codes) {
      const { body: document } = await chain.call('GET', `/v1/programme/presets/${code}`);
      expect(await publish({ document })).toMatchObject({ status: 201 });
    }
    expect((await chain.call('GET', '/v1/programme/presets/auto-club')).body).toEqual(
      JSON.parse(JSON.stringify(presetDocument('auto-club'))),
    );
    expect(await chain.call('GET', '/v1/programme/presets/none')).toMatchObject({ status: 404 });
  });
});

describe('who may', () => {
  it.each(['till', 'cashier', 'storeManager', 'franchisee', 'marketer', 'careAgent', 'auditor'])(
    '%s reads it',
    async (role) => {
      await publish({});
      for (const path of ['', '/versions', '/versions/1', '/presets', '/presets/auto-club'])
        expect((await chain.call('GET', `/v1/programme${path}`, undefined, { role })).status).toBe(200);
    },
  );

  it('marketers publish', async () => expect((await publish({}, { role: 'marketer' })).status).toBe(201));

  it.each(['till', 'cashier', 'storeManager', 'franchisee', 'careAgent', 'auditor', 'member'])(
    '%s does not publish',
    async (role) => {
      expect(await publish({}, { role })).toMatchObject({ status: 403, body: { type: problem('forbidden') } });
      expect(await events()).toBe(0);
    },
  );
});
