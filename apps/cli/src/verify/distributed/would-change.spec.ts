import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { emptyStream, logStart } from '#libs/platform/event-store/event-store';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { accepted, appendOf, fact, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { readOnlyLog, readOnlyVault, WouldChange } from './would-change';

describe('a log that can be read only', () => {
  let store: MemoryEventStore;
  beforeEach(async () => {
    store = new MemoryEventStore();
    await store.append(
      appendOf({ streamId: 'account-M1', events: [fact(0), fact(1)], claims: ['ticket:1'], command: accepted('k1') }),
    );
  });

  it('says what would be stated, and where, instead of stating it', async () => {
    const events = [fact(2, 'PurchaseRecorded'), fact(3, 'PointsEarned')];
    const append = readOnlyLog(store).append(appendOf({ streamId: 'account-M2', events }));
    await expect(append).rejects.toThrow(new WouldChange('state PurchaseRecorded, PointsEarned on account-M2'));
    expect((await store.load('account-M2')).tip).toEqual(emptyStream);
  });

  it('does not even try what would be refused', async () => {
    const late = appendOf({ streamId: 'account-M1', expected: emptyStream, claims: ['ticket:1'] });
    await expect(readOnlyLog(store).append(late)).rejects.toThrow(WouldChange);
  });

  it('lets an answer that comes with no facts seem to be kept, but keeps none', async () => {
    const { tip } = await store.load('account-M1');
    const noted = appendOf({ streamId: 'account-M1', expected: tip, events: [], command: accepted('k2') });
    expect(tipOf(await readOnlyLog(store).append(noted))).toEqual(tip);
    expect(await store.findCommand('till-7', 'k2')).toBeUndefined();
  });

  it('reads everything that the log holds', async () => {
    const log = readOnlyLog(store);
    expect(await log.load('account-M1')).toEqual(await store.load('account-M1'));
    expect((await log.readStream('account-M1', 1, 5)).map(({ revision }) => revision)).toEqual([1]);
    expect(await log.readAll(logStart, 1)).toEqual(await store.readAll(logStart, 1));
    expect([await log.head(), await log.latest()]).toEqual([await store.head(), await store.latest()]);
    expect(await log.findCommand('till-7', 'k1')).toMatchObject({ status: 201 });
    expect((await log.findClaims(['ticket:1', 'ticket:2'])).get('ticket:1')?.streamId).toBe('account-M1');
  });

  it('leaves a snapshot of another fold out, as the log does', async () => {
    const { tip } = await store.load('account-M1');
    const snapshot = { foldVersion: 3, revision: tip.revision + 1, state: '{}' };
    await store.append(appendOf({ streamId: 'account-M1', expected: tip, snapshot }));
    const log = readOnlyLog(store);
    expect((await log.load('account-M1', 3)).tail).toEqual([]);
    expect((await log.load('account-M1', 4)).tail).toHaveLength(3);
  });

  it('hears of what others append, until it is told not to', async () => {
    let heard = 0;
    const deafen = readOnlyLog(store).onAppended(() => (heard += 1));
    await store.append(appendOf());
    await new Promise(setImmediate);
    expect(heard).toBe(1);
    deafen();
    await store.append(appendOf());
    await new Promise(setImmediate);
    expect(heard).toBe(1);
  });

  it('leaves the log open when it is closed itself', async () => {
    let heard = 0;
    store.onAppended(() => (heard += 1));
    await readOnlyLog(store).close();
    await store.append(appendOf());
    await new Promise(setImmediate);
    expect(heard).toBe(1);
  });
});

describe('a vault that can be read only', () => {
  const wrapped = 'sealed under the master key';
  let vault: MemoryKeyVault;
  beforeEach(async () => {
    vault = new MemoryKeyVault();
    await vault.create('k1', wrapped);
  });

  it('gives the keys that there are', async () =>
    expect([await readOnlyVault(vault).get('k1'), await readOnlyVault(vault).get('k2')]).toEqual([wrapped, undefined]));

  it('says which key would be made, and makes none', async () => {
    await expect(readOnlyVault(vault).create('k2', wrapped)).rejects.toThrow('It would make the data key k2.');
    expect(vault.size).toBe(1);
  });

  it('says which key would be destroyed, and keeps it', async () => {
    await expect(readOnlyVault(vault).destroy('k1')).rejects.toThrow('It would destroy the data key k1.');
    expect(vault.size).toBe(1);
  });

  it('has nothing against destroying once more what is gone', () =>
    expect(readOnlyVault(vault).destroy('k2')).resolves.toBeUndefined());
});
