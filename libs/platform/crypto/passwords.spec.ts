import { hashPassword, passwordHolds } from './passwords';

it('keeps argon2id with a salt of its own and the recommended cost', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
});

it('knows the password again and no other', async () => {
  const kept = await hashPassword('correct horse');
  expect(await passwordHolds(kept, 'correct horse')).toBe(true);
  expect(await passwordHolds(kept, 'correct Horse')).toBe(false);
  expect(await passwordHolds(kept, '')).toBe(false);
});

it('takes the same letters in another Unicode form', async () => {
  const kept = await hashPassword('caf\u00e9-caf\u00e9');
  expect(await passwordHolds(kept, 'cafe\u0301-cafe\u0301')).toBe(true);
});

it('holds for nobody whom it does not know, not even the empty password', async () => {
  expect(await passwordHolds(undefined, 'correct horse')).toBe(false);
  expect(await passwordHolds(undefined, '')).toBe(false);
});

it('works as long for an unknown name as for a wrong password', async () => {
  const kept = await hashPassword('correct horse');
  await passwordHolds(undefined, 'warm up');
  // Processor time, of this process alone: whoever else keeps the machine busy does not count.
  const worked = async (hash: string | undefined): Promise<number> => {
    const from = process.cpuUsage();
    for (let round = 0; round < 5; round += 1) await passwordHolds(hash, 'wrong');
    const { user, system } = process.cpuUsage(from);
    return user + system;
  };
  const ratio = (await worked(undefined)) / (await worked(kept));
  expect(ratio).toBeGreaterThan(0.2);
  expect(ratio).toBeLessThan(5);
});
