import { draft, fixed, rule } from '../../testing/programmes';
import { programmeEvents } from '../programme.events';
import { programmeDocument } from './checked-document';
import { programmeDocumentForm, type ProgrammeDraft } from './document';

const wallet = { code: 'points', name: { en: 'Points' } };
const reward = { id: 'five', name: { en: 'Five off' }, wallet: 'points', cost: 50 };
const withWallet = (changes: Partial<ProgrammeDraft['wallets'][number]>) =>
  draft({ wallets: [{ ...wallet, ...changes }] });

const pathsOf = (document: ProgrammeDraft): readonly string[] =>
  (programmeDocument.safeParse(document).error?.issues ?? []).map(({ path }) => path.join('.'));

const places: readonly (readonly [string, (period: string) => ProgrammeDraft])[] = [
  ['wallets.0.pending.period', (period) => withWallet({ pending: { mode: 'after', period } })],
  ['wallets.0.expiry.period', (period) => withWallet({ expiry: { mode: 'after', period } })],
  ['wallets.0.expiry.period', (period) => withWallet({ expiry: { mode: 'sliding', period } })],
  ['wallets.0.undo.grace', (grace) => withWallet({ undo: { grace } })],
  [
    'earningRules.0.limits.0.period',
    (period) =>
      draft({ earningRules: [rule('r', fixed(1), { limits: [{ id: 'l', per: 'rolling', period, points: 1 }] })] }),
  ],
  ['tiers.window.period', (period) => draft({ tiers: { window: { kind: 'rolling', period } } })],
  ['tiers.grace', (grace) => draft({ tiers: { grace } })],
  ['tiers.notice', (notice) => draft({ tiers: { notice } })],
  [
    'rewards.0.gives.validFor',
    (validFor) => draft({ rewards: [{ ...reward, gives: { kind: 'voucher', amountMinor: 500, validFor } }] }),
  ],
  ['late.maxAge', (maxAge) => draft({ late: { maxAge } })],
  ['late.grace', (grace) => draft({ late: { grace } })],
  ['holdTtl', (holdTtl) => draft({ holdTtl })],
];

describe('a period', () => {
  it.each(places)('at %s lasts a hundred years at most', (path, at) => {
    for (const period of ['P100Y', 'P1200M', 'P36525D', 'P99Y12M']) expect(pathsOf(at(period))).toEqual([]);
    for (const period of ['P9999Y', 'P1201M', 'P36526D', 'P100YT1S', 'P5219W'])
      expect(pathsOf(at(period))).toEqual([path]);
  });

  it('that is longer stays readable where it was published before', () => {
    const document = programmeDocumentForm.parse(withWallet({ expiry: { mode: 'after', period: 'P9999Y' } }));
    const data = { version: 1, document, effectiveFrom: null, note: '', publishedAt: 0 };
    const [published] = programmeEvents.all();
    expect(published?.schema.parse(data)).toEqual(data);
  });
});
