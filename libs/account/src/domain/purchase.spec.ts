import { rulebooksOf } from '#libs/programme/src/contract';
import { line, on, programme, rule, Scenario, wallet } from './testing/scenario';

describe('a ticket', () => {
  it('earns in the same decision that records it', () => {
    const scenario = new Scenario();
    expect(scenario.buy('T', 1_999)).toEqual(['PurchaseRecorded', 'PointsEarned']);
    expect(scenario.last('PointsEarned')).toMatchObject({
      lotId: 'T.1',
      wallet: 'points',
      points: 19,
      cause: { kind: 'rule', rule: 'base', version: 1 },
      occasion: 'T',
      lines: [{ lineNo: 1, points: 19 }],
      issuingStore: 'S1',
    });
  });

  it('told twice is booked once; another under the same number is refused', () => {
    const scenario = new Scenario();
    scenario.buy('T', 1_000);
    expect(scenario.buy('T', 1_000)).toEqual([]);
    expect(scenario.buy('T', 1_000, { cashierId: 'C9' })).toEqual([]);
    expect(scenario.buy('T', 1_001)).toBe('ticket-differs');
    expect(scenario.buy('T', [line(1, 1_000, { labels: ['colour=red'] })])).toBe('ticket-differs');
    expect(scenario.available()).toBe(10);
  });

  it('of nothing is a ticket', () => {
    const scenario = new Scenario();
    expect(scenario.buy('T', [line(1, 0)])).toEqual(['PurchaseRecorded']);
    expect(scenario.last('PurchaseRecorded').notEarned).toEqual({ rules: ['base'], because: ['zero'] });
  });

  it('without a programme is recorded and says why it earned nothing', () => {
    const scenario = new Scenario(rulebooksOf([]));
    expect(scenario.buy('T', 1_000)).toEqual(['PurchaseRecorded']);
    expect(scenario.last('PurchaseRecorded').notEarned).toEqual({ rules: [''], because: ['no-programme'] });
  });

  it('of a suspended member is refused', () => {
    expect(new Scenario(programme(), { suspended: true }).buy('T', 1_000)).toBe('member-suspended');
  });

  it('of a member suspended since gets its first answer when it is told again', () => {
    const before = new Scenario(programme());
    const ticket = before.ticket(1_000);
    before.buy('T', ticket.lines, ticket);
    const suspended = new Scenario(programme(), { suspended: true });
    suspended.account = before.account;
    expect(suspended.buy('T', ticket.lines, ticket)).toEqual([]);
    expect(suspended.buy('U', 1_000)).toBe('member-suspended');
  });
});

describe('a late ticket', () => {
  it('counts activation and expiry from when it occurred', () => {
    const wallets = [wallet({ expiry: { mode: 'after', period: 'P1M' } })];
    const scenario = new Scenario(programme({ wallets })).at('2026-01-20');
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-05') });
    expect(scenario.last('PointsEarned')).toMatchObject({ activeFrom: on('2026-01-05'), expiresAt: on('2026-02-05') });
  });

  it('is set aside for a person when it is older than the programme allows', () => {
    const scenario = new Scenario().at('2026-03-01');
    expect(scenario.buy('T', 1_000, { occurredAt: on('2026-01-29') })).toEqual(['TicketSetAside']);
    expect(scenario.available()).toBe(0);
    expect(scenario.buy('T', 1_000, { occurredAt: on('2026-01-29') })).toEqual([]);
    expect(scenario.buy('T', 1_001, { occurredAt: on('2026-01-29') })).toBe('ticket-differs');
  });

  it('of 30 days to the second is booked', () => {
    const scenario = new Scenario().at('2026-01-31');
    expect(scenario.buy('T', 1_000, { occurredAt: on('2026-01-01') })).toContain('PointsEarned');
  });

  it('from an import, or one that a person accepted, has no maximum age', () => {
    const scenario = new Scenario().at('2026-03-01');
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-29') });
    const { ticket } = scenario.last('TicketSetAside');
    expect(scenario.tell({ type: 'RecordPurchase', purchaseId: 'T', ticket, source: 'review' })).toEqual([
      'PurchaseRecorded',
      'PointsEarned',
      'TicketReviewed',
    ]);
    const old = scenario.ticket(1_000, { occurredAt: on('1997-01-01') });
    expect(scenario.tell({ type: 'RecordPurchase', purchaseId: 'I', ticket: old, source: 'import' })).toContain(
      'PurchaseRecorded',
    );
  });

  it('can be turned away, once', () => {
    const scenario = new Scenario().at('2026-03-01');
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-29') });
    expect(scenario.tell({ type: 'RejectTicket', reviewId: 'T' })).toEqual(['TicketReviewed']);
    expect(scenario.tell({ type: 'RejectTicket', reviewId: 'T' })).toEqual([]);
    expect(scenario.tell({ type: 'RejectTicket', reviewId: 'X' })).toBe('review-not-found');
  });

  it.each([
    ['expired', 0],
    ['grace', 10],
  ] as const)('whose points were over on arrival: %s leaves %d', (expired, left) => {
    const wallets = [wallet({ expiry: { mode: 'after', period: 'P10D' } })];
    const scenario = new Scenario(programme({ wallets, late: { expired, grace: 'P3D' } })).at('2026-01-20');
    scenario.buy('T', 1_000, { occurredAt: on('2026-01-05') });
    expect(scenario.available()).toBe(left);
    expect(scenario.at('2026-01-23').available()).toBe(0);
  });

  it('uses the limits of the day it occurred on', () => {
    const rulebooks = programme({ earningRules: [rule({ limits: [{ id: 'daily', per: 'day', points: 15 }] })] });
    const scenario = new Scenario(rulebooks).at('2026-01-10');
    scenario.buy('today', 1_000);
    scenario.buy('yesterday', 1_000, { occurredAt: on('2026-01-09') });
    expect(scenario.available()).toBe(20);
    scenario.buy('today-too', 1_000);
    expect(scenario.last('PointsEarned')).toMatchObject({
      points: 5,
      clips: [{ rule: 'base', limitId: 'daily', wouldBe: 10, given: 5 }],
    });
  });
});

describe('visits and activities', () => {
  const rulebooks = programme({
    earningRules: [
      rule({ id: 'visit', phase: 'bonus', when: { on: ['visit'] }, award: { kind: 'fixed', points: 10 } }),
      rule({ id: 'third', phase: 'bonus', when: { on: ['visit'] }, award: { kind: 'everyNth', n: 3, points: 100 } }),
      rule({ id: 'join', phase: 'bonus', when: { on: ['enrolment'] }, award: { kind: 'fixed', points: 200 } }),
      rule({ id: 'like', phase: 'bonus', when: { on: ['activity:like'] }, award: { kind: 'fixed', points: 88 } }),
    ],
  });
  const visit = (scenario: Scenario, visitId: string) =>
    scenario.tell({ type: 'RecordVisit', visitId, occurredAt: scenario.now, kind: 'walk-in' });

  it('earn what their rules say; every third visit more', () => {
    const scenario = new Scenario(rulebooks);
    for (const id of ['v1', 'v2', 'v3', 'v4']) visit(scenario, id);
    expect(scenario.available()).toBe(140);
    expect(scenario.account.visits).toBe(4);
  });

  it('told twice are booked once', () => {
    const scenario = new Scenario(rulebooks);
    visit(scenario, 'v1');
    expect(visit(scenario, 'v1')).toEqual([]);
    const like = { type: 'RecordActivity', activityId: 'a1', on: 'activity:like', occurredAt: scenario.now } as const;
    expect(scenario.tell(like)).toEqual(['ActivityRecorded', 'PointsEarned']);
    expect(scenario.tell(like)).toEqual([]);
    expect(scenario.available()).toBe(98);
  });

  it('earn for the enrolment', () => {
    const scenario = new Scenario(rulebooks);
    scenario.tell({ type: 'RecordActivity', activityId: 'e', on: 'enrolment', occurredAt: scenario.now });
    expect(scenario.available()).toBe(200);
  });
});
