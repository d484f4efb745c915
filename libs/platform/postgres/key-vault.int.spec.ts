import { Client } from 'pg';
import { randomBytes } from 'node:crypto';
import { fitsVault, isUnsealed } from '#libs/platform/crypto/key-check';
import { MasterKey } from '#libs/platform/crypto/master-key';
import { SubjectCipher } from '#libs/platform/crypto/subject-cipher';
import { keyVaultContract } from '#libs/platform/crypto/testing/key-vault-contract';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { PostgresKeyVault } from './key-vault';

let database: FreshDatabase;
let vault: PostgresKeyVault;

beforeAll(async () => {
  database = await freshDatabase();
  vault = await PostgresKeyVault.open({ url: database.url });
});
afterAll(async () => {
  await vault.close();
  await database.drop();
});

const rows = async (statement: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
};

describe('the vault on PostgreSQL', () => {
  keyVaultContract(() => vault);

  it('is opened by many processes at once', async () => {
    const fresh = await freshDatabase();
    const opened = await Promise.all([1, 2, 3, 4].map(() => PostgresKeyVault.open({ url: fresh.url, connections: 1 })));
    await opened[0]?.create('k', 'wrapped');
    expect(await opened[3]?.get('k')).toBe('wrapped');
    await Promise.all(opened.map((each) => each.close()));
    await fresh.drop();
  });

  it('keeps keys over a restart, and none in clear', async () => {
    const wrappingKey = randomBytes(32);
    const cipher = new SubjectCipher(vault, wrappingKey);
    await cipher.createKey('k-restart');
    const sealed = (await cipher.seal('k-restart', 'profile', 'Ada')) ?? '';
    const reopened = await PostgresKeyVault.open({ url: database.url });
    expect(await new SubjectCipher(reopened, wrappingKey).open('k-restart', 'profile', sealed)).toBe('Ada');
    const [stored] = await rows(`SELECT wrapped FROM vault.keys WHERE key_id = 'k-restart'`);
    const stranger = new SubjectCipher(reopened, randomBytes(32));
    expect(String(stored?.['wrapped'])).toMatch(/^[A-Za-z0-9_-]{80,90}$/);
    await expect(stranger.open('k-restart', 'profile', sealed)).rejects.toThrow('cannot be opened');
    await reopened.close();
  });

  it('is bound to the first master key, judged by its keys where it is older than that', async () => {
    const [ours, other] = [new MasterKey(randomBytes(32)), new MasterKey(randomBytes(32))];
    const fresh = await freshDatabase();
    const own = await PostgresKeyVault.open({ url: fresh.url });
    expect(await isUnsealed(own)).toBe(true);
    await new SubjectCipher(own, ours.derive('key-wrapping')).createKey('k-old');
    expect([await isUnsealed(own), await fitsVault(other, own)]).toEqual([false, false]);
    expect([await fitsVault(ours, own), await fitsVault(other, own)]).toEqual([true, false]);
    await own.destroy('k-old');
    expect([await fitsVault(other, own), await fitsVault(ours, own)]).toEqual([false, true]);
    await own.close();
    await fresh.drop();
  });

  it('has no row left after a destruction', async () => {
    await vault.create('k-row', 'wrapped');
    await vault.destroy('k-row');
    expect(await rows(`SELECT 1 FROM vault.keys WHERE key_id = 'k-row'`)).toEqual([]);
  });

  it('says that it is unavailable when its sessions are cut, and answers again afterwards', async () => {
    await vault.create('k-cut', 'wrapped');
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'regulars key vault'`;
    const asking = Promise.allSettled(Array.from({ length: 50 }, () => vault.get('k-cut')));
    await rows(cut);
    for (const outcome of await asking)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreUnavailable);
    // A session whose end has not been noticed yet may still be asked; there are no more of them than questions above.
    let answer: string | undefined;
    for (let attempt = 0; attempt < 50 && answer === undefined; attempt += 1)
      answer = await vault.get('k-cut').catch(() => undefined);
    expect(answer).toBe('wrapped');
  });

  it('says so at once when it is closed', async () => {
    const closed = await PostgresKeyVault.open({ url: database.url });
    await closed.close();
    await expect(closed.get('k')).rejects.toThrow(StoreUnavailable);
    await expect(closed.create('k', 'w')).rejects.toThrow(StoreUnavailable);
    await expect(closed.destroy('k')).rejects.toThrow(StoreUnavailable);
  });
});
