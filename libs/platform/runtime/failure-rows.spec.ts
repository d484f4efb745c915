import { FailureRows } from './failure-rows';

const rowsAt = () => {
  const scene = { now: 0 };
  return { scene, rows: new FailureRows(() => scene.now) };
};

it('is nothing while nothing fails', () => {
  const { rows } = rowsAt();
  rows.ended('a');
  expect([rows.most, rows.forMs]).toEqual([0, 0]);
});

it('tells the worst of what is done side by side, whatever else goes well', () => {
  const { scene, rows } = rowsAt();
  expect(rows.failed('a')).toBe(1);
  scene.now = 1_000;
  expect([rows.failed('a'), rows.failed('b')]).toEqual([2, 1]);
  rows.ended('c');
  scene.now = 5_000;
  expect([rows.most, rows.forMs]).toEqual([2, 5_000]);
  rows.ended('a');
  expect([rows.most, rows.forMs]).toEqual([1, 4_000]);
});

it('begins to count anew after a success, and when it is told to forget', () => {
  const { rows } = rowsAt();
  for (const what of ['a', 'a', 'b']) rows.failed(what);
  rows.ended('a');
  expect(rows.failed('a')).toBe(1);
  rows.forget('b');
  expect(rows.failed('a')).toBe(1);
  expect(rows.failed('b')).toBe(2);
  rows.forget();
  expect(rows.most).toBe(0);
});

it('counts however many there are', () => {
  const rows = new FailureRows(() => 5);
  for (let key = 0; key < 300_000; key += 1) rows.failed(`key ${key}`);
  expect([rows.most, rows.forMs]).toEqual([1, 0]);
});
