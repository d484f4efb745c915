import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from './turns';

it('lets those with a key in common go one after another, in order', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = (name: string, ms: number) => async (): Promise<void> => {
    seen.push(`${name} begins`);
    await sleep(ms);
    seen.push(`${name} ends`);
  };
  await Promise.all([
    turns.run(['a', 'b'], work('first', 10)),
    turns.run(['b', 'c'], work('second', 1)),
    turns.run(['c'], work('third', 1)),
  ]);
  expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends', 'third begins', 'third ends']);
});

it('lets others go at once', async () => {
  const turns = new Turns();
  let release = (): void => undefined;
  const held = turns.run(['a'], () => new Promise<void>((resolve) => (release = resolve)));
  expect(await turns.run(['b'], () => Promise.resolve('done'))).toBe('done');
  release();
  await held;
});

it('goes on after a failure, which only its own caller sees', async () => {
  const turns = new Turns();
  const failed = turns.run(['a'], () => Promise.reject(new Error('no')));
  const next = turns.run(['a'], () => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

it('neither lets two hold a key at once, nor any wait for ever, whoever wants what', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })),
      async (wishes) => {
        const turns = new Turns();
        const held = new Set<string>();
        const use = async (keys: string[]): Promise<void> => {
          for (const key of keys) {
            expect(held.has(key)).toBe(false);
            held.add(key);
          }
          await Promise.resolve();
          for (const key of keys) held.delete(key);
        };
        await Promise.all(wishes.map((keys) => turns.run(keys, () => use(keys))));
        expect(turns.size).toBe(0);
      },
    ),
  ));
