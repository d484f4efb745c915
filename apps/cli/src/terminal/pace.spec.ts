import fc from 'fast-check';
import { PaceMeter } from './pace';

it('knows no rate and no end before the second reading', () =>
  expect(new PaceMeter(100, 0).at(0, 0)).toEqual({ done: 0, total: 100, perSecond: 0, secondsLeft: undefined }));

it('tells the rate so far and how long the rest will take', () =>
  expect(new PaceMeter(100, 1_000).at(3_000, 20)).toEqual({ done: 20, total: 100, perSecond: 10, secondsLeft: 8 }));

it('forgets a slow start after ten seconds', () => {
  const meter = new PaceMeter(1_000, 0);
  meter.at(5_000, 1);
  meter.at(10_000, 101);
  expect(meter.at(15_000, 201)).toMatchObject({ perSecond: 20 });
});

it('remembers the last reading over a pause longer than that', () => {
  const meter = new PaceMeter(1_000, 0);
  meter.at(1_000, 100);
  expect(meter.at(61_000, 160)).toMatchObject({ perSecond: 1, secondsLeft: 840 });
});

it('knows no end while nothing moves', () => {
  const meter = new PaceMeter(100, 0);
  meter.at(1_000, 50);
  expect(meter.at(11_000, 50)).toEqual({ done: 50, total: 100, perSecond: 0, secondsLeft: undefined });
});

it('does not count into the rate what was done before', () => {
  const meter = new PaceMeter(1_000, 0);
  meter.resumeFrom(2_000, 900);
  expect(meter.at(4_000, 910)).toEqual({ done: 910, total: 1_000, perSecond: 5, secondsLeft: 18 });
});

it('takes a corrected total for the rest', () => {
  const meter = new PaceMeter(100, 0);
  meter.expect(30);
  expect(meter.at(1_000, 10)).toMatchObject({ total: 30, secondsLeft: 2 });
});

it('never has less than nothing left, although more is done than was expected', () =>
  expect(new PaceMeter(10, 0).at(1_000, 15)).toMatchObject({ done: 15, secondsLeft: 0 }));

it('of steady work tells the true rate at every reading', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 30 }),
      (perSecond, pauses) => {
        const meter = new PaceMeter(1_000_000_000, 0);
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          expect(meter.at(now, (perSecond * now) / 1000).perSecond).toBeCloseTo(perSecond, 6);
        }
      },
    ),
  ));
