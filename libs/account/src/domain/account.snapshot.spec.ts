import { decide } from './account.decider';
import type { AccountCommand, AccountContext } from './account.commands';
import { type AccountEvent, accountEvents } from './account.events';
import { evolve } from './account.evolve';
import type { Account } from './account.state';
import { emptyAccount } from './empty-account';
import { contextOf } from './testing/told';
import { wholeLife } from './testing/whole-life';

const scenario = wholeLife();
const kinds = accountEvents.all().map((each) => each.type as AccountEvent['type']);

/** As a snapshot would bring it back. */
const restored = (account: Account): Account => JSON.parse(JSON.stringify(account)) as Account;

/** The account before each fact of the life, and after the last. */
const states = scenario.events.reduce<Account[]>(
  (before, event) => [...before, evolve(before.at(-1) ?? emptyAccount('M1'), event)],
  [emptyAccount('M1')],
);

const placesOf = (type: AccountEvent['type']): readonly number[] =>
  scenario.events.flatMap((event, place) => (event.type === type ? [place] : []));

describe('a life with every kind of fact in it', () => {
  it('leaves none of them out', () =>
    expect(kinds.filter((type) => !scenario.events.some((event) => event.type === type))).toEqual([]));

  it('folds to the account that the decisions promised', () => expect(states.at(-1)).toEqual(scenario.account));
});

describe.each(kinds)('a snapshot beside a %s', (type) => {
  const places = placesOf(type);

  it('taken before it goes on to the same account', () => {
    for (const place of places) {
      const [before, event] = [states[place], scenario.events[place]];
      if (before === undefined || event === undefined) throw new Error('no such fact');
      expect(evolve(restored(before), event)).toEqual(states[place + 1]);
    }
  });

  it('taken after it says the same', () => {
    for (const place of places) {
      const after = states[place + 1];
      expect(after && restored(after)).toEqual(after);
    }
  });

  it('leaves the account before it as it was', () => {
    for (const place of places) {
      const [before, event] = [states[place], scenario.events[place]];
      if (before === undefined || event === undefined) throw new Error('no such fact');
      const copy = restored(before);
      evolve(before, event);
      expect(before).toEqual(copy);
    }
  });
});

describe('a decision on an account from a snapshot', () => {
  const context: AccountContext = { ...contextOf(scenario), voucherCodes: ['CODE'] };
  const at = scenario.now;
  const commands: readonly AccountCommand[] = [
    { type: 'RecordPurchase', purchaseId: 'next', ticket: scenario.ticket(5_000), source: 'till' },
    { type: 'RecordVisit', visitId: 'next-walk', occurredAt: at, kind: 'walk-in' },
    { type: 'UndoRedemption', redemptionId: 'reward' },
    { type: 'HoldPoints', redemptionId: 'next-hold', aim: { kind: 'reward', rewardId: 'five', storeId: 'S1' } },
    { type: 'ConvertPoints', requestId: 'next', conversionId: 'swap', times: 1 },
    {
      type: 'ReturnGoods',
      returnId: 'next-return',
      purchaseId: 'second',
      place: { storeId: 'S1', businessDate: '2026-08-01' },
      occurredAt: at,
      goods: { kind: 'lines', lines: [{ lineNo: 1, quantity: 1 }] },
      park: false,
      content: 'x',
    },
    { type: 'SettleAccount' },
  ];

  it.each(commands)('is the same at every point of the life: $type', (command) => {
    for (const state of states)
      expect(decide(command, restored(state), context)).toEqual(decide(command, state, context));
  });
});
