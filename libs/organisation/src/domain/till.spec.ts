import { fold } from '#libs/platform/kernel/decider';
import type { TillCommand } from './till.commands';
import { tillDecider, tillStream } from './till.decider';
import type { TillEvent } from './till.events';

const command = (type: TillCommand['type'], tokenHash: string): TillCommand => ({
  type,
  at: 5,
  storeId: 'S1',
  tillId: 'T1',
  tokenHash,
});
const happened = (type: TillEvent['type'], tokenHash: string): TillEvent => ({
  type,
  at: 5,
  data: { storeId: 'S1', tillId: 'T1', tokenHash },
});
const till = (...events: readonly TillEvent[]) => fold(tillDecider, tillDecider.initial('S1/T1'), events);
const open = { storeOpen: true };

it('registers a till with its first token', () => {
  const decision = tillDecider.decide(command('RegisterTill', 'one'), till(), open);
  expect(decision).toEqual({ kind: 'accepted', events: [happened('TillRegistered', 'one')] });
  expect(till(happened('TillRegistered', 'one'))).toEqual({ tokenHash: 'one' });
});

it('registered again, keeps its token', () => {
  const decision = tillDecider.decide(command('RegisterTill', 'two'), till(happened('TillRegistered', 'one')), open);
  expect(decision).toEqual({ kind: 'accepted', events: [] });
});

it('ends the old token with the new one', () => {
  const registered = happened('TillRegistered', 'one');
  const decision = tillDecider.decide(command('IssueTillToken', 'two'), till(registered), open);
  expect(decision).toEqual({ kind: 'accepted', events: [happened('TillTokenIssued', 'two')] });
  expect(till(registered, happened('TillTokenIssued', 'two'))).toEqual({ tokenHash: 'two' });
});

it('issues no token to a till that is not registered', () => {
  const decision = tillDecider.decide(command('IssueTillToken', 'one'), till(), open);
  expect(decision).toMatchObject({ kind: 'refused', reason: 'till-not-found' });
});

it.each(['RegisterTill', 'IssueTillToken'] as const)('%s needs an open store', (type) => {
  const decision = tillDecider.decide(command(type, 'one'), till(), { storeOpen: false });
  expect(decision).toMatchObject({ kind: 'refused', reason: 'store-not-found' });
});

it('gives each till of each store a stream of its own', () => {
  expect(tillStream('S1', 'T1')).not.toBe(tillStream('S', '1T1'));
  expect(tillStream('S-1', 'T1')).not.toBe(tillStream('S', '1-T1'));
});
