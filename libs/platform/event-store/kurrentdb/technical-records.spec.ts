import fc from 'fast-check';
import {
  announcementIn,
  claimStream,
  commandStream,
  factFilter,
  isFactType,
  isReservedStream,
  settledStream,
  snapshotStream,
  technicalRecord,
  technicalType,
} from './technical-records';

const id = '3f0f2f8e-2c6c-4a38-8d2a-0a5e3f5b7c11';

it('tells facts from technical records and the server’s own by their type', () => {
  const pattern = new RegExp(factFilter);
  const types = ['PointsEarned', '$metadata', '$>', ...Object.values(technicalType)];
  expect(types.filter((type) => pattern.test(type))).toEqual(['PointsEarned']);
  expect(types.filter(isFactType)).toEqual(['PointsEarned']);
});

it('keeps its own streams and the server’s apart from those of facts', () => {
  const own = [claimStream('a'), commandStream({ credential: 'c', key: 'k' }), snapshotStream('s'), settledStream('t')];
  expect([...own, '$settings', '$$account-1'].every(isReservedStream)).toBe(true);
  expect(['account-1', 'claims-1', 'campaign-1', 'member-command-1'].some(isReservedStream)).toBe(false);
});

it('gives each name a stream of its own, however long, and whatever its capitals', () => {
  expect(claimStream('ticket:7')).toBe('claim-ticket:7');
  expect(claimStream('x'.repeat(1_000))).toMatch(/^claim-sha256-[0-9a-f]{64}$/);
  const names = [
    'a',
    'A',
    'Ä',
    'ä',
    'x'.repeat(1_000),
    `${'x'.repeat(1_000)}y`,
    '',
    'with space',
    claimStream('A').slice(6),
  ];
  expect(new Set(names.map((name) => claimStream(name).toLowerCase())).size).toBe(names.length);
});

it('gives each key of each credential a stream of its own', () => {
  expect(commandStream({ credential: 'a', key: 'b' })).toMatch(/^command-[0-9a-f]{64}$/);
  fc.assert(
    fc.property(fc.tuple(fc.string(), fc.string()), fc.tuple(fc.string(), fc.string()), (one, other) => {
      const [first, second] = [one, other].map(([credential, key]) => commandStream({ credential, key }));
      expect(first === second).toBe(one[0] === other[0] && one[1] === other[1]);
    }),
  );
});

it('reads back what it announces', () => {
  const anchor = { streamName: 'account-1', revision: 4, id };
  const announced = { attempt: id, anchor, name: 'ticket:7', streamId: 'account-1', revision: 5 };
  const { type, text } = technicalRecord(technicalType.claimed, announced, id);
  const record = { streamId: 'claim-ticket:7', id, revision: 0, type, text, metadata: '', position: undefined };
  expect(announcementIn(record)).toEqual(announced);
  for (const other of [technicalType.fenced, technicalType.withdrawn, technicalType.folded, 'PointsEarned']) {
    expect(announcementIn({ ...record, type: other })).toBeUndefined();
  }
});
