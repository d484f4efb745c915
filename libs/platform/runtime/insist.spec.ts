import { insist } from './insist';

/** Answers after so many attempts in vain. */
const after = (failures: number) => {
  let made = 0;
  const attempt = async (): Promise<string | undefined> => {
    made += 1;
    return made > failures ? `attempt ${made}` : undefined;
  };
  return { attempt, made: () => made };
};

it.each([0, 1, 5])('comes to an outcome after %i attempts in vain, and then stops', async (failures) => {
  const { attempt, made } = after(failures);
  expect(await insist(60_000, attempt)).toBe(`attempt ${failures + 1}`);
  expect(made()).toBe(failures + 1);
});

it('gives up once its time is over, having tried more than once', async () => {
  const { attempt, made } = after(Number.POSITIVE_INFINITY);
  expect(await insist(500, attempt)).toBeUndefined();
  expect(made()).toBeGreaterThan(1);
});

it('does not try when there is no time', async () => {
  const { attempt, made } = after(0);
  expect(await insist(0, attempt)).toBeUndefined();
  expect(made()).toBe(0);
});

it('lets an error pass', () =>
  expect(insist(1_000, () => Promise.reject(new Error('the log is gone')))).rejects.toThrow('the log is gone'));
