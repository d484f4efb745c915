import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { on, programme, rule, Scenario, wallet } from './testing/scenario';

type Wallet = ProgrammeDraft['wallets'][number];

const under = (draft: Partial<ProgrammeDraft> = {}, changes: Partial<Wallet> = {}): Scenario =>
  new Scenario(programme({ wallets: [wallet(changes)], ...draft }));

describe('how old a ticket from a till may be', () => {
  it.each([
    ['P30D', '2026-01-29T12:00Z', 'TicketSetAside'],
    ['P30D', '2026-01-30T12:00Z', 'PurchaseRecorded'],
    ['P1M', '2026-02-01T11:59Z', 'TicketSetAside'],
    ['P1M', '2026-02-01T12:00Z', 'PurchaseRecorded'],
    ['PT12H', '2026-02-28T23:59Z', 'TicketSetAside'],
    ['PT12H', '2026-03-01T00:00Z', 'PurchaseRecorded'],
  ])('with %s, one of %s: %s', (maxAge, occurredAt, first) => {
    const scenario = under({ late: { maxAge } }).at('2026-03-01T12:00Z');
    const result = scenario.buy('T', 1_000, { occurredAt: on(occurredAt) });
    expect(result[0]).toBe(first);
  });

  it('is counted on the calendar of the programme, where a night can be an hour longer', () => {
    const scenario = under({ timeZone: 'Australia/Melbourne', late: { maxAge: 'P1D' } });
    // Clocks in Melbourne went back on 5 April 2026 at 03:00, so that this day had 25 hours.
    scenario.now = Date.parse('2026-04-05T12:00:00+10:00');
    const noon = Date.parse('2026-04-04T12:00:00+11:00');
    expect(scenario.buy('T', 1_000, { occurredAt: noon })).toContain('PurchaseRecorded');
    expect(scenario.buy('U', 1_000, { occurredAt: noon - 1 })).toEqual(['TicketSetAside']);
  });
});

describe('a ticket that waits for a person', () => {
  const waiting = (): Scenario => {
    const scenario = under({}, { expiry: { mode: 'after', period: 'P6M' } }).at('2026-03-01');
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-10') });
    return scenario;
  };
  const accept = (scenario: Scenario) => {
    const { ticket } = scenario.last('TicketSetAside');
    return scenario.tell({ type: 'RecordPurchase', purchaseId: 'T', ticket, source: 'review' });
  };

  it('counts for nothing meanwhile: no points, no sale, no spend toward a tier', () => {
    const { account } = waiting();
    expect([account.lots, account.sales, account.qualifying]).toEqual([[], [], []]);
    expect(account.reviews).toMatchObject([{ reviewId: 'T', status: 'open' }]);
  });

  it('accepted later earns as of when it occurred, once', () => {
    const scenario = waiting().at('2026-03-20');
    accept(scenario);
    expect(scenario.last('PointsEarned')).toMatchObject({ activeFrom: on('2026-01-10'), expiresAt: on('2026-07-10') });
    expect(accept(scenario)).toEqual([]);
    expect([scenario.available(), scenario.account.reviews[0]?.status]).toEqual([10, 'accepted']);
  });

  it('turned away earns nothing, and is known when the till tells it again', () => {
    const scenario = waiting();
    scenario.tell({ type: 'RejectTicket', reviewId: 'T' });
    expect(scenario.buy('T', 1_000, { occurredAt: on('2026-01-10') })).toEqual([]);
    expect([scenario.available(), scenario.account.reviews[0]?.status]).toEqual([0, 'rejected']);
  });

  it('accepted cannot be turned away any more', () => {
    const scenario = waiting();
    accept(scenario);
    expect(scenario.tell({ type: 'RejectTicket', reviewId: 'T' })).toEqual([]);
    expect([scenario.available(), scenario.account.reviews[0]?.status]).toEqual([10, 'accepted']);
  });
});

describe('a ticket that comes late', () => {
  it('never changes what was spent meanwhile', () => {
    const scenario = under({}, { payWithPoints: { perPoints: 1, amountMinor: 1 } }).at('2026-01-20');
    scenario.adjust(50, 'gift');
    scenario.pay('p', 30);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'p' });
    const before = scenario.account.holds;
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-02') });
    expect(scenario.account.holds).toEqual(before);
    expect(scenario.available()).toBe(30);
  });

  it('from the future of a till whose clock is ahead counts from when it was recorded', () => {
    const scenario = under({}, { expiry: { mode: 'after', period: 'P1M' } }).at('2026-01-10');
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-10T00:04Z') });
    expect(scenario.last('PointsEarned')).toMatchObject({ activeFrom: on('2026-01-10'), expiresAt: on('2026-02-10') });
    expect(scenario.available()).toBe(10);
  });

  it('in a segment of then, though the member has left it since', () => {
    const vip = rule({ id: 'vip', phase: 'bonus', when: { segments: ['vip'] }, award: { kind: 'fixed', points: 9 } });
    const scenario = under({ earningRules: [vip] }).at('2026-01-20');
    const note = (inside: boolean, since: string) =>
      scenario.tell({ type: 'NoteSegment', segment: 'vip', inside, since: on(since) });
    note(true, '2026-01-05');
    note(false, '2026-01-15');
    const earned = ['2026-01-04', '2026-01-05', '2026-01-14', '2026-01-15'].map((day) =>
      scenario.buy(day, 100, { occurredAt: on(day) }).includes('PointsEarned'),
    );
    expect(earned).toEqual([false, true, true, false]);
  });

  it('does not find the member new once another purchase has been told', () => {
    const welcome = rule({
      id: 'welcome',
      phase: 'bonus',
      when: { firstPurchase: true },
      award: { kind: 'fixed', points: 5 },
    });
    const scenario = under({ earningRules: [welcome] }).at('2026-01-20');
    scenario.buy('today', 100);
    scenario.buy('before', 100, { occurredAt: on('2026-01-10') });
    expect(scenario.available()).toBe(5);
  });

  it('fills the room of the window it occurred in, and of no other', () => {
    const weekly = rule({ limits: [{ id: 'weekly', per: 'week', points: 25 }] });
    const scenario = under({ earningRules: [weekly] }).at('2026-01-14');
    scenario.buy('this-week', 2_000);
    const given = ['2026-01-07', '2026-01-05', '2026-01-12'].map((day) => {
      const before = scenario.available();
      scenario.buy(day, 2_000, { occurredAt: on(day) });
      return scenario.available() - before;
    });
    expect(given).toEqual([20, 5, 5]);
  });

  it.each([
    ['P1D', '2026-01-21', 10],
    ['P5D', '2026-01-24T23:59Z', 10],
    ['P5D', '2026-01-25', 0],
  ])('with points that were over: %s of grace from its arrival; at %s there are %d', (grace, asked, expected) => {
    const late = { expired: 'grace', grace } as const;
    const scenario = under({ late }, { expiry: { mode: 'after', period: 'P7D' } }).at('2026-01-20');
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-05') });
    scenario.now = on(asked) - (grace === 'P1D' ? 1 : 0);
    expect(scenario.available()).toBe(expected);
  });
});
