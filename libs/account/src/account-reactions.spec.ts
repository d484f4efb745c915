import type { Outcome } from '#libs/platform/runtime/command-runner';
import { causedBy } from '#libs/platform/runtime/dispatch';
import { AccountReactions, accountPolicies, accountTimers, type AccountReaction } from './account-reactions';
import { programme, rule, wallet } from './domain/testing/scenario';
import { AccountModule } from './module';
import { AccountApp, by } from './testing/account-app';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P1M' } })],
  earningRules: [
    rule(),
    rule({
      id: 'welcome',
      phase: 'bonus',
      when: { on: ['enrolment'], stores: ['S1'] },
      award: { kind: 'fixed', points: 20 },
    }),
    rule({ id: 'birthday', phase: 'bonus', when: { on: ['birthday'] }, award: { kind: 'fixed', points: 30 } }),
    rule({ id: 'lapsing', phase: 'bonus', when: { segments: ['lapsing'] }, award: { kind: 'fixed', points: 5 } }),
  ],
});

let chain: AccountApp;
let told = 0;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const react = (reaction: AccountReaction, cause = `event-${(told += 1)}`): Promise<Outcome<string>> =>
  chain.app.get(AccountReactions).dispatch(reaction, {
    idempotency: causedBy('policy:test', cause, 0),
    now: chain.now,
    meta: { actor: 'policy:test', causation: cause },
  });

const enrolment = { type: 'BookEnrolment', memberId: 'M1', storeId: 'S1' } as const;

describe('what the account does by itself', () => {
  it('books an enrolment at the home store, once however often it is told', async () => {
    for (const cause of ['a', 'a', 'b'])
      expect(await react({ ...enrolment, at: chain.now }, cause)).toMatchObject({ kind: 'answered' });
    expect(await chain.available()).toBe(20);
  });

  it('books a birthday once a year', async () => {
    for (const year of [2025, 2026, 2026]) await react({ type: 'BookBirthday', memberId: 'M1', year, at: chain.now });
    expect(await chain.available()).toBe(60);
  });

  it('books an award once, for the store that bears it', async () => {
    const award = {
      type: 'BookAward',
      awardId: 'W1',
      wallet: 'points',
      points: 50,
      cause: { kind: 'campaign', reference: 'K1' },
      storeId: 'S2',
    } as const;
    await react({ type: 'BookMemberAward', memberId: 'M1', award });
    await react({ type: 'BookMemberAward', memberId: 'M1', award });
    expect((await chain.get('/v1/accounts/M1/lots')).body['items']).toMatchObject([
      { lotId: 'W1', points: 50, issuingStore: 'S2', cause: { kind: 'campaign', reference: 'K1' } },
    ]);
  });

  it('issues a voucher once, which can be set aside, freed and withdrawn', async () => {
    const voucher = {
      type: 'IssueVoucher',
      grantId: 'G1',
      benefit: { kind: 'percentVoucher', percent: 10 },
      expiresAt: null,
    } as const;
    await react({ type: 'IssueMemberVoucher', memberId: 'M1', voucher });
    await react({ type: 'IssueMemberVoucher', memberId: 'M1', voucher });
    const list = async () => (await chain.get('/v1/accounts/M1/vouchers')).body['items'] as { code: string }[];
    const [{ code }] = (await list()) as [{ code: string }];
    expect(await list()).toMatchObject([{ status: 'issued', origin: { kind: 'campaign', reference: 'G1' } }]);
    expect(await chain.post(`/v1/accounts/M1/vouchers/${code}/hold`)).toMatchObject({
      status: 200,
      body: { code, status: 'held' },
    });
    const word = { reason: 'misprint' };
    const headOffice = { token: by.headOffice };
    expect(await chain.post(`/v1/accounts/M1/vouchers/${code}/cancel`, word, headOffice)).toMatchObject({
      status: 200,
      body: { code, status: 'cancelled' },
    });
    expect(await list()).toMatchObject([{ status: 'cancelled' }]);
  });

  it('notes segments, which rules then look at', async () => {
    const segment = { type: 'NoteSegment', segment: 'lapsing', inside: true, since: chain.now } as const;
    await react({ type: 'NoteMemberSegment', memberId: 'M1', segment });
    expect((await chain.buy('1', 1_000)).body['earned']).toMatchObject([{ points: 10 }, { points: 5 }]);
    await react({ type: 'NoteMemberSegment', memberId: 'M1', segment: { ...segment, inside: false } });
    expect((await chain.buy('2', 1_000)).body['earned']).toMatchObject([{ points: 10 }]);
  });

  it('states what time has brought about, also for someone who is gone', async () => {
    await chain.buy('1', 1_000);
    chain.members.set('M1', 'erased');
    chain.moveTo('2026-04-02T00:00:00Z');
    expect(await react({ type: 'SettleMemberAccount', memberId: 'M1' })).toMatchObject({ kind: 'answered' });
    const events = await chain.platform.store.readStream('account-M1', 0, 10);
    expect(events.at(-1)).toMatchObject({ type: 'PointsExpired', occurredAt: Date.parse('2026-04-01T01:00:00Z') });
    expect(JSON.parse(events.at(-1)?.meta ?? '{}')).toMatchObject({ businessDate: '2026-04-01' });
    expect(await react({ type: 'SettleMemberAccount', memberId: 'nobody' })).toMatchObject({ kind: 'answered' });
  });

  it('keeps what others have granted to someone who is suspended', async () => {
    const award = {
      type: 'BookAward',
      awardId: 'W1',
      wallet: 'points',
      points: 50,
      cause: { kind: 'goodwill', reference: 'complaint-1' },
    } as const;
    const benefit = { kind: 'voucher', amountMinor: 500 } as const;
    const voucher = { type: 'IssueVoucher', grantId: 'G1', benefit, expiresAt: null } as const;
    chain.members.set('M1', 'suspended');
    await react({ type: 'BookMemberAward', memberId: 'M1', award });
    await react({ type: 'IssueMemberVoucher', memberId: 'M1', voucher });
    chain.members.set('M1', 'active');
    expect(await chain.available()).toBe(50);
    expect((await chain.get('/v1/accounts/M1/vouchers')).body['items']).toMatchObject([{ status: 'issued' }]);
  });

  it('books the enrolment of someone suspended since, as if it had been told at once', async () => {
    chain.members.set('M1', 'suspended');
    expect(await react({ ...enrolment, at: chain.now })).toMatchObject({ kind: 'answered' });
    chain.members.set('M1', 'active');
    expect(await react({ ...enrolment, at: chain.now })).toMatchObject({ kind: 'answered' });
    expect(await chain.available()).toBe(20);
  });

  it('gives nothing to someone who is not a member, nor for a birthday while suspended', async () => {
    const at = chain.now;
    expect(await react({ ...enrolment, memberId: 'nobody', at })).toEqual({
      kind: 'refused',
      reason: 'member-not-found',
    });
    chain.members.set('M1', 'suspended');
    const birthday = { type: 'BookBirthday', memberId: 'M1', year: 2026, at } as const;
    expect(await react(birthday)).toMatchObject({ kind: 'refused', reason: 'member-suspended' });
  });

  it('has a name for each, never to be changed: keys are made of them', () => {
    expect(accountPolicies.map(({ name }) => name)).toEqual([
      'book-enrolments',
      'book-birthdays',
      'book-awards',
      'issue-vouchers',
      'note-segments',
    ]);
    expect(accountTimers.map(({ name }) => name)).toEqual(['settle-accounts', 'settle-all-accounts']);
  });
});
