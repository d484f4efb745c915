import { attempt, limit, limitFailures, RateLimits, SMALL_PART, type RateRule } from './rate-limit';

const rule: RateRule = { name: 'look-up', burst: 3, perMinute: 60 };

const clocked = () => {
  let now = 0;
  const limits = new RateLimits(() => now);
  return { limits, later: (ms: number) => void (now += ms) };
};

const takes = (limits: RateLimits, count: number, subject = 'till:S1/T1'): readonly number[] =>
  Array.from({ length: count }, () => limits.take(rule, subject));

it('lets a burst pass, then says how long to wait', () => expect(takes(clocked().limits, 5)).toEqual([0, 0, 0, 1, 1]));

it('refills with time, up to the burst and no further', () => {
  const { limits, later } = clocked();
  takes(limits, 3);
  later(999);
  expect(takes(limits, 1)).toEqual([1]);
  later(1);
  expect(takes(limits, 2)).toEqual([0, 1]);
  later(3_600_000);
  expect(takes(limits, 4)).toEqual([0, 0, 0, 1]);
});

it('counts each subject and each rule for itself', () => {
  const { limits } = clocked();
  takes(limits, 3);
  expect(takes(limits, 1, 'till:S1/T2')).toEqual([0]);
  expect(limits.take({ ...rule, name: 'sign-in' }, 'till:S1/T1')).toBe(0);
  expect(takes(limits, 1)).toEqual([1]);
});

it('rounds the wait up to whole seconds', () => {
  const { limits } = clocked();
  const slow: RateRule = { name: 'sign-in', burst: 1, perMinute: 4 };
  expect([limits.take(slow, 'a'), limits.take(slow, 'a')]).toEqual([0, 15]);
});

it('gives nothing back when the clock is set back', () => {
  const { limits, later } = clocked();
  takes(limits, 3);
  later(-60_000);
  expect(takes(limits, 1)).toEqual([1]);
});

it('takes back what did not count, up to the burst', () => {
  const { limits } = clocked();
  takes(limits, 3);
  limits.giveBack(rule, 'till:S1/T1');
  expect(takes(limits, 2)).toEqual([0, 1]);
  for (let n = 0; n < 5; n += 1) limits.giveBack(rule, 'till:S1/T1');
  expect(takes(limits, 4)).toEqual([0, 0, 0, 1]);
});

it('throws 429 with the wait', () => {
  const { limits } = clocked();
  takes(limits, 3);
  expect(() => limit(limits, rule, 'till:S1/T1')).toThrow(
    expect.objectContaining({ code: 'too-many-requests', status: 429, extras: { retryAfterSeconds: 1 } }),
  );
});

describe('work of which failures count', () => {
  const slow: RateRule = { name: 'sign-in', burst: 1, perMinute: 1 };
  const tell = (limits: RateLimits, said: 'right' | 'wrong') =>
    limitFailures(
      limits,
      [
        [rule, 'Kim'],
        [slow, '10.0.0.7'],
      ],
      (word) => word === 'wrong',
      () => Promise.resolve(said),
    );

  it('takes nothing for what went well, however often', async () => {
    const { limits } = clocked();
    for (let n = 0; n < 10; n += 1) expect(await tell(limits, 'right')).toBe('right');
  });

  it('takes one from each bucket for a failure, and says so from then on', async () => {
    const { limits } = clocked();
    expect(await tell(limits, 'wrong')).toBe('wrong');
    await expect(tell(limits, 'right')).rejects.toMatchObject({ status: 429 });
    expect([limits.take(rule, 'Kim'), limits.take(rule, 'Kim'), limits.take(rule, 'Kim')]).toEqual([0, 0, 1]);
  });

  it('takes nothing for what was cut short, or kept from beginning', async () => {
    const { limits } = clocked();
    const broken = () =>
      limitFailures(
        limits,
        [[slow, 'Kim']],
        () => true,
        () => Promise.reject(new Error('store')),
      );
    await expect(broken()).rejects.toThrow('store');
    await expect(broken()).rejects.toThrow('store');
  });

  it('takes part of a request until its end is known, where so told: the whole of it from what fails', async () => {
    const { limits } = clocked();
    const counted = [[rule, 'Kim', SMALL_PART]] as const;
    const work = (ends: boolean) =>
      limitFailures(
        limits,
        counted,
        (fails) => fails,
        () => Promise.resolve(ends),
      );
    await Promise.all(Array.from({ length: 16 }, () => work(false)));
    expect(await Promise.all([work(true), work(true)])).toEqual([true, true]);
    expect([limits.take(rule, 'Kim'), limits.take(rule, 'Kim')]).toEqual([0, 1]);
  });

  it('has taken its share while it runs, so that many at once find no way past', async () => {
    const { limits } = clocked();
    const both = await Promise.allSettled([tell(limits, 'wrong'), tell(limits, 'wrong')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('an attempt', () => {
  const ask = (limits: RateLimits, answer: () => Promise<string | undefined>, looksUp = true) =>
    attempt(limits, [rule, 'here'], (beforeLookUp) => {
      if (looksUp) beforeLookUp();
      return answer();
    });
  const right = (limits: RateLimits, looksUp = true) => ask(limits, () => Promise.resolve('Kim'), looksUp);
  const wrong = (limits: RateLimits, looksUp = true) => ask(limits, () => Promise.resolve(undefined), looksUp);
  const tooMany = { status: 429 };

  it('that goes well counts nothing, and waits for no other that does', async () => {
    const { limits } = clocked();
    const names = await Promise.all(Array.from({ length: 16 }, () => right(limits)));
    expect(new Set(names)).toEqual(new Set(['Kim']));
    expect(takes(limits, 4, 'here')).toEqual([0, 0, 0, 1]);
  });

  it.each([true, false])('that fails counts one (looked up: %s)', async (looksUp) => {
    const { limits } = clocked();
    for (let round = 0; round < 3; round += 1) expect(await wrong(limits, looksUp)).toBeUndefined();
    await expect(wrong(limits, looksUp)).rejects.toMatchObject(tooMany);
    await expect(right(limits)).rejects.toMatchObject(tooMany);
  });

  it('that knows without looking up goes on when the bucket is empty', async () => {
    const { limits } = clocked();
    takes(limits, 3, 'here');
    expect(await right(limits, false)).toBe('Kim');
  });

  it('that was cut short counts one where it looked up, and nothing where it had known', async () => {
    const { limits } = clocked();
    const cut = (looksUp: boolean) => ask(limits, () => Promise.reject(new Error('away')), looksUp);
    for (let round = 0; round < 5; round += 1) await expect(cut(false)).rejects.toThrow('away');
    for (let round = 0; round < 3; round += 1) await expect(cut(true)).rejects.toThrow('away');
    await expect(cut(true)).rejects.toMatchObject(tooMany);
  });

  it('of many at once: no more than eight for each that may fail begin, and all that fail count', async () => {
    const { limits, later } = clocked();
    let begun = 0;
    const fails = () =>
      attempt(limits, [rule, 'here'], (beforeLookUp) => {
        beforeLookUp();
        begun += 1;
        return Promise.resolve(undefined);
      });
    const together = async () =>
      (await Promise.allSettled(Array.from({ length: 40 }, fails))).filter(({ status }) => status === 'fulfilled');
    expect([(await together()).length, begun]).toEqual([1, 17]);
    later(999);
    await expect(wrong(limits)).rejects.toMatchObject(tooMany);
    later(1);
    expect([(await together()).length, begun]).toEqual([1, 18]);
  });
});
