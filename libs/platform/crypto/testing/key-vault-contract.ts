import type { KeyVault } from '../key-vault';

/** What every key vault must do; each adapter's spec runs it against a fresh vault. */
export const keyVaultContract = (makeVault: () => KeyVault): void => {
  it('gives back what was stored', async () => {
    const vault = makeVault();
    expect(await vault.create('k-back', 'wrapped')).toBe(true);
    expect(await vault.get('k-back')).toBe('wrapped');
  });

  it('knows nothing of a key never stored', async () => {
    expect(await makeVault().get('k-never')).toBeUndefined();
  });

  it('never replaces a key', async () => {
    const vault = makeVault();
    await vault.create('k-first', 'first');
    expect(await vault.create('k-first', 'second')).toBe(false);
    expect(await vault.get('k-first')).toBe('first');
  });

  it('lets exactly one of many parallel creators win', async () => {
    const vault = makeVault();
    const attempts = Array.from({ length: 20 }, (_, n) => vault.create('k-race', `w${n}`));
    const won = (await Promise.all(attempts)).flatMap((created, n) => (created ? [`w${n}`] : []));
    expect(won).toHaveLength(1);
    expect(await vault.get('k-race')).toBe(won[0]);
  });

  it('destroys a key, and told twice still only that one', async () => {
    const vault = makeVault();
    await vault.create('k-gone', 'gone');
    await vault.create('k-stays', 'stays');
    await vault.destroy('k-gone');
    await vault.destroy('k-gone');
    expect(await vault.get('k-gone')).toBeUndefined();
    expect(await vault.get('k-stays')).toBe('stays');
  });

  it('answers many at once, each its own', async () => {
    const vault = makeVault();
    const ids = Array.from({ length: 700 }, (_, n) => `k-many-${n}`);
    await Promise.all(ids.map((id) => vault.create(id, `wrapped ${id}`)));
    expect(await Promise.all(ids.map((id) => vault.get(id)))).toEqual(ids.map((id) => `wrapped ${id}`));
  });
};
