import { rulebooksOf } from '#libs/programme/src/contract';
import { on, programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp } from '../testing/account-app';

const documentOf = (...terms: Parameters<typeof wallet>) => {
  const [version] = programme({ wallets: [wallet(...terms)], earningRules: [rule()] }).all;
  if (version === undefined) throw new Error('There is no version.');
  return version.document;
};

const rules = rulebooksOf([
  { version: 1, effectiveFrom: null, publishedAt: on('2026-01-01'), document: documentOf() },
  {
    version: 2,
    effectiveFrom: on('2026-03-03'),
    publishedAt: on('2026-03-02'),
    document: documentOf({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn'] } }),
  },
]);

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

it('what was known at an instant does not know the versions that were published later', async () => {
  await chain.buy('1', 10_000);
  chain.moveTo('2026-06-01T00:00:00Z');
  const seen = async (query: string) => {
    const { body } = await chain.get(`/v1/accounts/M1${query}`);
    const { body: statement } = await chain.get(`/v1/accounts/M1/statement${query}`);
    const [points] = body['wallets'] as { available: number }[];
    return [points?.available, (statement['items'] as object[]).length];
  };
  const [before, after] = ['2026-03-01T12:00:00Z', '2026-03-02T12:00:00Z'];
  expect(await seen(`?asOf=2026-05-01T00:00:00Z&knownAt=${before}`)).toEqual([100, 1]);
  expect(await seen(`?asOf=2026-05-01T00:00:00Z&knownAt=${after}`)).toEqual([0, 2]);
  expect(await seen('?asOf=2026-05-01T00:00:00Z')).toEqual([0, 2]);
  expect(await seen(`?knownAt=${before}`)).toEqual([100, 1]);
  expect(await seen('')).toEqual([0, 2]);
});
