import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { type Mode, modes, under, units } from './testing/giving-back';
import { line, on, programme, rule, Scenario, wallet } from './testing/scenario';

/** What every return so far took back or forgave. */
const taken = (scenario: Scenario): readonly number[] =>
  scenario.events.flatMap((event) =>
    event.type === 'PointsReversed' ? [event.data.points + event.data.forgiven] : [],
  );

const tripleOil = rule({
  id: 'oil',
  phase: 'multiply',
  when: { lines: { categories: ['oil'] } },
  award: { kind: 'multiplier', num: 3, den: 1 },
});
const bigTicket = rule({
  id: 'big',
  phase: 'bonus',
  when: { minTicketMinor: 10_000 },
  award: { kind: 'fixed', points: 50 },
});

describe('a ticket of three lines with discounts on lines and on the whole', () => {
  /** Worth 60 + 30 + 10 dollars after a tenth off everything; the oil (line 2) earns three times: 60 + 90 + 10. */
  const lines = [
    line(1, 7_000, { quantity: 2, discountMinor: 7_000 - 6_667 }),
    line(2, 3_333, { category: 'oil' }),
    line(3, 1_111),
  ];
  const sold = (mode: Mode): Scenario => {
    const scenario = under(mode, { earningRules: [rule(), tripleOil] });
    scenario.buy('T', lines, { ticketDiscountMinor: 1_111 });
    return scenario;
  };

  it.each(modes)('earns 160 to begin with (%s)', (mode) => expect(sold(mode).available()).toBe(160));

  it.each([
    ['proportional', [48, 48, 16, 48]],
    ['line', [30, 90, 10, 30]],
    ['reevaluate', [30, 90, 10, 30]],
  ] as const)('line by line, %s takes %j', (mode, expected) => {
    const scenario = sold(mode);
    const steps = [units([1, 1]), units([2, 1]), units([3, 1]), units([1, 1])];
    for (const [index, goods] of steps.entries()) scenario.giveBack(`R${index}`, 'T', goods);
    expect(taken(scenario)).toEqual(expected);
    expect(scenario.available()).toBe(0);
  });

  it.each(modes)('in any order, all of it ends at nothing (%s)', (mode) => {
    for (const order of [
      [1, 2, 3],
      [3, 2, 1],
      [2, 1, 3],
    ]) {
      const scenario = sold(mode);
      for (const lineNo of order) scenario.giveBack(`R${lineNo}`, 'T', units([lineNo, lineNo === 1 ? 2 : 1]));
      expect(taken(scenario).reduce((sum, points) => sum + points, 0)).toBe(160);
      expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
    }
  });

  it.each(modes)('a unit first and money for the rest take it all as well (%s)', (mode) => {
    const scenario = sold(mode);
    scenario.giveBack('R1', 'T', units([1, 1]));
    const { amountMinor = 0 } = scenario.last('PurchaseReturned').lines[0] ?? {};
    expect(amountMinor).toBe(3_000);
    scenario.giveBack('R2', 'T', 7_000);
    expect(scenario.available()).toBe(0);
    expect(scenario.giveBack('R3', 'T', 1)).toBe('already-returned');
  });
});

describe('a bonus that the whole ticket earned', () => {
  const sold = (mode: Mode): Scenario => {
    const scenario = under(mode, { earningRules: [rule(), bigTicket] });
    scenario.buy('T', [line(1, 6_000), line(2, 6_000)]);
    return scenario;
  };

  it.each([
    ['proportional', 85],
    ['line', 85],
    ['reevaluate', 110],
  ] as const)('once half has come back: %s takes %d of 170', (mode, expected) => {
    const scenario = sold(mode);
    scenario.giveBack('R', 'T', units([2, 1]));
    expect(taken(scenario)).toEqual([expected]);
    expect(scenario.available()).toBe(170 - expected);
  });

  it('counts against the lots whose rules give less now, so that each lot tells what became of it', () => {
    const scenario = sold('reevaluate');
    scenario.giveBack('R', 'T', units([2, 1]));
    expect(scenario.account.lots.map((lot) => [lot.lotId, lot.reversed])).toEqual([
      ['T.1', 60],
      ['T.2', 50],
    ]);
    expect(scenario.last('PointsReversed').origins).toEqual([
      { lotId: 'T.1', points: 60, expired: 0 },
      { lotId: 'T.2', points: 50, expired: 0 },
    ]);
  });
});

describe('rules run again for what is kept, as of the sale', () => {
  it('with the tier of then, though the member has risen since', () => {
    const double = rule({
      id: 'gold',
      phase: 'multiply',
      when: { tiers: ['gold'] },
      award: { kind: 'multiplier', num: 2, den: 1 },
    });
    const tiers: ProgrammeDraft['tiers'] = {
      window: { kind: 'lifetime' },
      levels: [
        { code: 'member', min: 0 },
        { code: 'gold', min: 20_000 },
      ],
    };
    const scenario = under('reevaluate', { earningRules: [rule(), double], tiers });
    scenario.buy('before', 10_000);
    scenario.at('2026-01-02').buy('crossing', 15_000);
    scenario.at('2026-01-03').giveBack('R', 'before', 5_000);
    expect(taken(scenario)).toEqual([50]);
  });

  it('with the limit as the sale met it: the clip shrinks before the points do', () => {
    const earningRules = [rule({ limits: [{ id: 'ticket', per: 'ticket', points: 80 }] })];
    const scenario = under('reevaluate', { earningRules });
    scenario.buy('T', 10_000);
    scenario.giveBack('R1', 'T', 1_500);
    expect(taken(scenario)).toEqual([]);
    scenario.giveBack('R2', 'T', 1_500);
    expect(taken(scenario)).toEqual([10]);
  });

  it('never gives more than there was: a return that uncovers a better offer takes nothing', () => {
    const half = { kind: 'multiplier', num: 1, den: 2 } as const;
    const small = rule({ id: 'half', phase: 'multiply', when: { minTicketMinor: 9_000 }, award: half });
    const scenario = under('reevaluate', { earningRules: [rule(), small] });
    scenario.buy('T', 10_000);
    expect(scenario.available()).toBe(50);
    scenario.giveBack('R', 'T', 2_000);
    expect([taken(scenario), scenario.available()]).toEqual([[], 50]);
    scenario.giveBack('R2', 'T', 6_000);
    expect([taken(scenario), scenario.available()]).toEqual([[30], 20]);
  });
});

describe('a return where several wallets earned', () => {
  it('takes back in each wallet as that wallet says, and owes in each by itself', () => {
    const wallets = [
      wallet({ returns: { points: 'proportional', reach: 'unlimited' } }),
      wallet({ code: 'stamps', returns: { points: 'line', reach: 'withinBalance' } }),
    ];
    const stamps = rule({ id: 'stamp', wallet: 'stamps', award: { kind: 'perUnit', points: 1 } });
    const scenario = new Scenario(programme({ wallets, earningRules: [rule(), stamps] }));
    scenario.buy('T', [line(1, 1_000, { quantity: 4 }), line(2, 3_000)]);
    scenario.adjust(-40);
    const spend = { type: 'AdjustPoints', adjustmentId: 's', wallet: 'stamps', points: -4, reason: 'x' } as const;
    scenario.tell(spend);
    scenario.giveBack('R', 'T', units([1, 4]));
    const reversals = scenario.events.flatMap((event) => (event.type === 'PointsReversed' ? [event.data] : []));
    expect(reversals.map(({ wallet: code, points, forgiven, debt }) => [code, points, forgiven, debt])).toEqual([
      ['points', 10, 0, 10],
      ['stamps', 1, 3, 0],
    ]);
    expect([scenario.balance().debt, scenario.balance('stamps').debt]).toEqual([10, 0]);
  });
});

describe('returns that come before their sale', () => {
  it('are booked with it in the order they came, as far as they fit', () => {
    const scenario = under('proportional');
    scenario.giveBack('R1', 'T', 400, true);
    scenario.at('2026-01-02').giveBack('R2', 'T', 700, true);
    scenario.giveBack('R3', 'T', units([1, 9]), true);
    scenario.at('2026-01-03').buy('T', 1_000, { occurredAt: on('2026-01-01') });
    expect(scenario.account.returns.map(({ returnId, parked }) => [returnId, parked]).sort()).toEqual([
      ['R1', false],
      ['R2', true],
      ['R3', true],
    ]);
    expect([taken(scenario), scenario.available()]).toEqual([[4], 6]);
  });

  it('are told once: another content under the number is refused, waiting or booked', () => {
    const scenario = under('proportional');
    scenario.giveBack('R', 'T', 400, true);
    expect(scenario.giveBack('R', 'T', 400, true)).toEqual([]);
    expect(scenario.giveBack('R', 'T', 500, true)).toBe('ticket-differs');
    scenario.buy('T', 1_000);
    expect(scenario.last('PurchaseReturned')).toMatchObject({ returnId: 'R', parked: true });
    expect(scenario.giveBack('R', 'T', 500)).toBe('ticket-differs');
  });

  it('cannot themselves be returned, and are not parked for a sale that is a return', () => {
    const scenario = under('proportional');
    scenario.giveBack('R', 'T', 400, true);
    expect(scenario.giveBack('R2', 'R', 100, true)).toBe('not-a-sale');
  });

  it('wait on while the sale waits for a person, and are booked when it is accepted', () => {
    const scenario = under('proportional').at('2026-03-01');
    scenario.giveBack('R', 'T', 400, true);
    expect(scenario.buy('T', 1_000, { occurredAt: on('2026-01-01') })).toEqual(['TicketSetAside']);
    const { ticket } = scenario.last('TicketSetAside');
    scenario.tell({ type: 'RecordPurchase', purchaseId: 'T', ticket, source: 'review' });
    expect([taken(scenario), scenario.available()]).toEqual([[4], 6]);
  });
});
