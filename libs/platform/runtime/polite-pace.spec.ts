import { politePace } from './polite-pace';

/** Commands in flight at each look, the last one for ever; counts how often it was looked. */
const tills = (...inFlight: readonly number[]) => {
  let looks = 0;
  return {
    inFlight: () => inFlight[Math.min(looks++, inFlight.length - 1)] ?? 0,
    looks: () => looks,
  };
};

describe('a polite pace', () => {
  it('goes on at once when nobody is waiting', async () => {
    const idle = tills(0);
    await politePace({ inFlight: idle.inFlight, share: 0.01, longestMs: 60_000 })(1_000);
    expect(idle.looks()).toBe(1);
  });

  it('waits while tills are busy, and is not fooled by a moment without any', async () => {
    const busy = tills(3, 0, 0, 5, 0, 2, 0);
    await politePace({ inFlight: busy.inFlight, share: 0.01, longestMs: 60_000 })(1_000);
    expect(busy.looks()).toBe(6 + 10);
  });

  it('waits no longer than its share of time asks for, however busy the tills are', async () => {
    const busy = tills(1);
    await politePace({ inFlight: busy.inFlight, share: 0.5, longestMs: 60_000 })(20);
    expect(busy.looks()).toBeGreaterThan(1);
  });

  it('never waits longer than its limit', async () => {
    const busy = tills(1);
    await politePace({ inFlight: busy.inFlight, share: 0.000_001, longestMs: 15 })(1_000);
    expect(busy.looks()).toBeGreaterThan(1);
  });
});
