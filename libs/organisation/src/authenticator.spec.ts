import { issueToken, tokenHash } from '#libs/platform/crypto/tokens';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { systemClock } from '#libs/platform/runtime/clock';
import type { Idempotency } from '#libs/platform/runtime/command-runner';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { OrganisationAuthenticator, SESSION_TOKEN, staffAggregate, TILL_TOKEN } from './authenticator';
import { tillAggregate } from './directory';
import type { StaffCommand } from './domain/staff.commands';
import type { StaffEngaged } from './domain/staff.events';
import { tillStream } from './domain/till.decider';

const ADMIN = 'token-of-head-office';
const METRICS = 'token-of-monitoring';
const answer = () => ({ status: 200, body: {} });
const meta = { actor: 'admin' };

/** The authenticator on a log in memory, and the commands that change whom it lets in. */
const organisation = (metricsTokenHash: string | null = tokenHash(METRICS)) => {
  const store = new MemoryEventStore();
  const loads = jest.spyOn(store, 'load');
  const runner = new CachedCommandRunner(store, systemClock);
  const authenticator = new OrganisationAuthenticator(runner, tokenHash(ADMIN), metricsTokenHash);
  let keys = 0;
  const idempotency = (): Idempotency => ({ credential: 'admin', key: `k${(keys += 1)}`, requestHash: '' });
  const till = async (type: 'RegisterTill' | 'IssueTillToken', tillId = 'T1'): Promise<string> => {
    const id = tillStream('S1', tillId);
    const { token, hash } = issueToken(TILL_TOKEN, id);
    const command = { type, at: 1, storeId: 'S1', tillId, tokenHash: hash };
    const context = () => Promise.resolve({ storeOpen: true });
    const wanted = { aggregate: tillAggregate, id, command, context, answer, meta };
    await runner.execute({ ...wanted, idempotency: idempotency() });
    return token;
  };
  const staff = async (id: string, command: StaffCommand): Promise<void> => {
    const context = () => Promise.resolve({ passwordHolds: true });
    const wanted = { aggregate: staffAggregate, id, command, context, answer, meta };
    await runner.execute({ ...wanted, idempotency: idempotency() });
  };
  const engage = (staffId: string, storeIds: StaffEngaged['storeIds'] = ['S1']): Promise<void> =>
    staff(staffId, {
      type: 'EngageStaff',
      at: 1,
      by: { roles: ['headOffice'], scope: 'all' },
      staff: { staffId, name: 'Kim', roles: ['cashier'], storeIds, passwordHash: 'p' },
    });
  const session = async (staffId: string, lastsMs = 60_000): Promise<string> => {
    const { token, hash } = issueToken(SESSION_TOKEN, staffId);
    const [openedAt, expiresAt] = [Date.now(), Date.now() + lastsMs];
    await staff(staffId, { type: 'OpenSession', at: 1, session: { staffId, tokenHash: hash, openedAt, expiresAt } });
    return token;
  };
  /** Finds in memory, or not at all. */
  const know = (token: string) =>
    authenticator
      .authenticate(token, () => {
        throw new Error('looked up');
      })
      .catch(() => 'looked up');
  const looked = () => loads.mock.calls.map(([streamId]) => streamId);
  const find = (token: string) => authenticator.authenticate(token, () => undefined);
  return { find, know, till, engage, session, looked };
};

describe('head office', () => {
  it('is whoever holds the token of the settings', async () =>
    expect(await organisation().find(ADMIN)).toEqual({ credential: 'admin', roles: ['headOffice'], scope: 'all' }));

  it.each(['', `${ADMIN} `, ADMIN.toUpperCase(), tokenHash(ADMIN), ADMIN.slice(0, -1)])(
    'is not whoever says %j',
    async (token) => expect(await organisation().find(token)).toBeUndefined(),
  );
});

describe('monitoring', () => {
  it('is whoever holds its token, and reaches no store', async () =>
    expect(await organisation().find(METRICS)).toEqual({ credential: 'monitor', roles: ['monitor'], scope: [] }));

  it('is nobody where it has no token', async () => {
    for (const token of [METRICS, '', 'null']) expect(await organisation(null).find(token)).toBeUndefined();
  });
});

describe('a till', () => {
  it('is let in with its token, into its own store only', async () => {
    const { find, till } = organisation();
    expect(await find(await till('RegisterTill'))).toEqual({
      ...{ credential: 'till:S1/T1', roles: ['till'], scope: ['S1'], tillId: 'T1' },
    });
  });

  it('keeps the token it was registered with, however often it is registered', async () => {
    const { find, till } = organisation();
    const first = await till('RegisterTill');
    const second = await till('RegisterTill');
    expect(await find(first)).toMatchObject({ tillId: 'T1' });
    expect(await find(second)).toBeUndefined();
  });

  it('is known by its new token from the moment the old one ends', async () => {
    const { find, till } = organisation();
    const old = await till('RegisterTill');
    expect(await find(old)).toBeDefined();
    const fresh = await till('IssueTillToken');
    expect([await find(old), (await find(fresh))?.tillId]).toEqual([undefined, 'T1']);
  });

  it('is not let in by the token of another one', async () => {
    const { find, till } = organisation();
    const [one] = [await till('RegisterTill', 'T1'), await till('RegisterTill', 'T2')];
    const place = Buffer.from('S1/T2').toString('base64url');
    expect(await find(one.replace(/\.[^.]+\./, `.${place}.`))).toBeUndefined();
  });
});

describe('a member of staff', () => {
  it.each<[string, StaffEngaged['storeIds']]>([
    ['some stores', ['S1', 'S2']],
    ['every store', 'all'],
  ])('reaches %s, in the roles they were engaged with', async (_, storeIds) => {
    const { find, engage, session } = organisation();
    await engage('C1', storeIds);
    expect(await find(await session('C1'))).toEqual({
      ...{ credential: 'staff:C1', roles: ['cashier'], scope: storeIds, staffId: 'C1' },
    });
  });

  it('may have several sessions at once', async () => {
    const { find, engage, session } = organisation();
    await engage('C1');
    const tokens = [await session('C1'), await session('C1')];
    for (const token of tokens) expect(await find(token)).toMatchObject({ staffId: 'C1' });
  });

  it('is not let in by a session that has ended', async () => {
    const { find, engage, session } = organisation();
    await engage('C1');
    const [ended, open] = [await session('C1', -1), await session('C1')];
    expect([await find(ended), (await find(open))?.staffId]).toEqual([undefined, 'C1']);
  });

  it('is nobody before being engaged, even though asked about before', async () => {
    const { find, engage, session } = organisation();
    const guessed = issueToken(SESSION_TOKEN, 'C1').token;
    expect(await find(guessed)).toBeUndefined();
    await engage('C1');
    expect(await find(guessed)).toBeUndefined();
    expect(await find(await session('C1'))).toBeDefined();
  });
});

it.each(['member', 'admin', 'constructor'])('a token that calls itself %s opens nothing here', async (kind) =>
  expect(await organisation().find(issueToken(kind, 'S1/T1').token)).toBeUndefined(),
);

it('asks before it looks for what memory does not know, and only then', async () => {
  const { know, till, engage, session } = organisation();
  await engage('C1');
  const [old, open, ended] = [await till('RegisterTill'), await session('C1'), await session('C1', -1)];
  const fresh = await till('IssueTillToken');
  const known = [fresh, open, ended, ADMIN, METRICS, 'no token'];
  expect((await Promise.all(known.map(know))).map((found) => (found as { credential: string })?.credential)).toEqual([
    'till:S1/T1',
    'staff:C1',
    undefined,
    'admin',
    'monitor',
    undefined,
  ]);
  for (const token of [old, issueToken(SESSION_TOKEN, 'C1').token, issueToken(TILL_TOKEN, 'S1/T9').token])
    expect(await know(token)).toBe('looked up');
});

describe('an id that no till and nobody has', () => {
  it.each([
    [TILL_TOKEN, '\0\0\0'],
    [TILL_TOKEN, 'S1/T\0'],
    [TILL_TOKEN, 'S1'],
    [TILL_TOKEN, '/T1'],
    [TILL_TOKEN, 'S1/T1/T2'],
    [TILL_TOKEN, `S1/${'T'.repeat(65)}`],
    [SESSION_TOKEN, 'C\n1'],
    [SESSION_TOKEN, 'S1/C1'],
    [SESSION_TOKEN, 'Zoë'],
    [SESSION_TOKEN, 'x'.repeat(4_000)],
  ])('is looked for nowhere: %s %j', async (kind, id) => {
    const { find, looked } = organisation();
    expect(await find(issueToken(kind, id).token)).toBeUndefined();
    expect(looked()).toEqual([]);
  });

  it('is told from the longest that one may have', async () => {
    const { find, looked } = organisation();
    const longest = 'a.b_c:d+e-f@'.padEnd(64, '9');
    await find(issueToken(TILL_TOKEN, `${longest}/${longest}`).token);
    await find(issueToken(SESSION_TOKEN, longest).token);
    expect(looked()).toEqual([`till-${longest}/${longest}`, `staff-${longest}`]);
  });
});
