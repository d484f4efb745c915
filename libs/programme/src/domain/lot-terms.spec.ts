import fc from 'fast-check';
import { epochDayAt } from '#libs/platform/kernel/calendar';
import { toText } from '#libs/platform/kernel/instant';
import { at, documentWith } from '../testing/programmes';
import type { ProgrammeDraft } from './document/document';
import type { WalletRules } from './document/wallets';
import { lotTerms, slidingExpiry, termsOnAction } from './lot-terms';

const melbourne = 'Australia/Melbourne';
type WalletDraft = ProgrammeDraft['wallets'][number];

const wallet = (changes: Partial<WalletDraft> = {}): WalletRules => {
  const [parsed] = documentWith({ wallets: [{ code: 'points', name: { en: 'Points' }, ...changes }] }).wallets;
  if (parsed === undefined) throw new Error('a document keeps its wallets');
  return parsed;
};
const texts = (instants: readonly (number | null)[]): readonly (string | null)[] =>
  instants.map((instant) => (instant === null ? null : toText(instant)));
const terms = (changes: Partial<WalletDraft>, earned: string, zone = melbourne) => {
  const { activeFrom, expiresAt } = lotTerms(wallet(changes), zone, at(earned));
  return texts([activeFrom, expiresAt]);
};

const endDay = ({ expiresAt }: ReturnType<typeof lotTerms>): number => epochDayAt(expiresAt ?? NaN, melbourne);

const earned = '2026-08-12T10:30:00+10:00';
const now = '2026-08-12T00:30:00.000Z';

describe('when a lot starts', () => {
  it('at once', () => expect(terms({}, earned)).toEqual([now, null]));
  it('when something happens', () => expect(terms({ pending: { mode: 'onAction' } }, earned)).toEqual([null, null]));
  it.each<[Extract<WalletDraft['pending'], { mode: 'after' }>, string]>([
    [{ mode: 'after', period: 'P14D' }, '2026-08-26T00:30:00.000Z'],
    [{ mode: 'after', period: 'PT36H' }, '2026-08-13T12:30:00.000Z'],
    [{ mode: 'after', period: 'P14D', roundUp: 'day' }, '2026-08-26T14:00:00.000Z'],
    [{ mode: 'after', period: 'P14D', roundUp: 'day', roundTo: 'end' }, '2026-08-26T14:00:00.000Z'],
    [{ mode: 'after', period: 'P14D', roundUp: 'day', roundTo: 'start' }, '2026-08-25T14:00:00.000Z'],
    [{ mode: 'after', period: 'P14D', roundUp: 'week' }, '2026-08-30T14:00:00.000Z'],
    [{ mode: 'after', period: 'P1M', roundUp: 'month', roundTo: 'start' }, '2026-08-31T14:00:00.000Z'],
    // The month of the end is the month of the purchase: not before it.
    [{ mode: 'after', period: 'P1D', roundUp: 'month', roundTo: 'start' }, '2026-08-12T00:30:00.000Z'],
    // Across the change to summer time the clock keeps its time and the day has 23 hours.
    [{ mode: 'after', period: 'P2M' }, '2026-10-11T23:30:00.000Z'],
  ])('after a while: %j', (pending, start) => expect(terms({ pending }, earned)).toEqual([start, null]));
});

describe('when a lot ends', () => {
  it.each<[WalletDraft['expiry'], string | null]>([
    [{ mode: 'never' }, null],
    [{ mode: 'after', period: 'P12M' }, '2027-08-12T00:30:00.000Z'],
    [{ mode: 'after', period: 'P12M', roundUp: 'day' }, '2027-08-12T14:00:00.000Z'],
    [{ mode: 'after', period: 'P12M', roundUp: 'week' }, '2027-08-15T14:00:00.000Z'],
    [{ mode: 'after', period: 'P12M', roundUp: 'month' }, '2027-08-31T14:00:00.000Z'],
    [{ mode: 'after', period: 'P12M', roundUp: 'quarter' }, '2027-09-30T14:00:00.000Z'],
    [{ mode: 'after', period: 'P12M', roundUp: 'halfYear' }, '2027-12-31T13:00:00.000Z'],
    [{ mode: 'after', period: 'P12M', roundUp: 'year' }, '2027-12-31T13:00:00.000Z'],
    [{ mode: 'fixedDay', monthDay: '12-31' }, '2026-12-31T13:00:00.000Z'],
    [{ mode: 'fixedDay', monthDay: '06-30' }, '2027-06-30T14:00:00.000Z'],
    [{ mode: 'sliding', period: 'P3M' }, '2026-11-11T23:30:00.000Z'],
  ])('%j', (expiry, end) => expect(terms({ expiry }, earned)).toEqual([now, end]));

  it('an end that already is the end of its month stays', () =>
    expect(terms({ expiry: { mode: 'after', period: 'P12M', roundUp: 'month' } }, '2026-09-01T00:00:00+10:00')).toEqual(
      ['2026-08-31T14:00:00.000Z', '2027-08-31T14:00:00.000Z'],
    ));

  it('a month after 31 January is the last day of February', () =>
    expect(terms({ expiry: { mode: 'after', period: 'P1M' } }, '2027-01-31T12:00:00+11:00')[1]).toBe(
      '2027-02-28T01:00:00.000Z',
    ));

  it('counts from activation, or from earning where the wallet says so', () => {
    const pending = { mode: 'after', period: 'P14D' } as const;
    const expiry = { mode: 'after', period: 'P1M' } as const;
    expect(terms({ pending, expiry }, earned)).toEqual(['2026-08-26T00:30:00.000Z', '2026-09-26T00:30:00.000Z']);
    expect(terms({ pending, expiry: { ...expiry, from: 'earning' } }, earned)).toEqual([
      '2026-08-26T00:30:00.000Z',
      '2026-09-12T00:30:00.000Z',
    ]);
  });

  it('waits for the action that starts it, unless it counts from earning', () => {
    const pending = { mode: 'onAction' } as const;
    const expiry = { mode: 'after', period: 'P1M' } as const;
    const acted = at('2026-08-20T10:00:00+10:00');
    const own = wallet({ pending, expiry });
    expect(texts(Object.values(lotTerms(own, melbourne, at(earned))))).toEqual([null, null]);
    expect(texts(Object.values(termsOnAction(own, melbourne, at(earned), acted)))).toEqual([
      '2026-08-20T00:00:00.000Z',
      '2026-09-20T00:00:00.000Z',
    ]);
    const early = wallet({ pending, expiry: { ...expiry, from: 'earning' } });
    expect(texts(Object.values(lotTerms(early, melbourne, at(earned))))).toEqual([null, '2026-09-12T00:30:00.000Z']);
    expect(termsOnAction(early, melbourne, at(earned), acted).expiresAt).toBe(at('2026-09-12T00:30:00Z'));
  });
});

describe('an expiry that slides', () => {
  const sliding = wallet({ expiry: { mode: 'sliding', period: 'P6M', activities: ['spend'] } });
  it('begins anew with a listed activity', () =>
    expect(texts([slidingExpiry(sliding, melbourne, at(earned), 'spend') ?? null])).toEqual([
      '2027-02-11T23:30:00.000Z',
    ]));
  it('does not move with any other', () => {
    expect(slidingExpiry(sliding, melbourne, at(earned), 'earn')).toBeUndefined();
    expect(slidingExpiry(sliding, melbourne, at(earned), 'visit')).toBeUndefined();
  });
  it('no other expiry slides', () =>
    expect(
      slidingExpiry(wallet({ expiry: { mode: 'after', period: 'P1M' } }), melbourne, at(earned), 'earn'),
    ).toBeUndefined());
});

/** Days, not instants: a month after the 30th and after the 31st of March is the 30th of April, at their times of day. */
it('a later lot never ends on a day before an earlier one', () =>
  fc.assert(
    fc.property(
      fc.constantFrom<WalletDraft['expiry']>(
        { mode: 'after', period: 'P1M' },
        { mode: 'after', period: 'P10D', roundUp: 'week' },
        { mode: 'after', period: 'P12M', roundUp: 'halfYear' },
        { mode: 'fixedDay', monthDay: '02-29' },
        { mode: 'sliding', period: 'P3M' },
      ),
      fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
      fc.integer({ min: 7_200_000, max: 4_000_000_000 }),
      (expiry, first, gap) => {
        const own = wallet({ expiry });
        const [early, late] = [lotTerms(own, melbourne, first), lotTerms(own, melbourne, first + gap)];
        expect(endDay(late)).toBeGreaterThanOrEqual(endDay(early));
        expect(early.expiresAt).toBeGreaterThan(first);
      },
    ),
  ));
