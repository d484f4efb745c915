import fc from 'fast-check';
import type { Extent } from '#libs/platform/kafka/topic-reader';
import type { Difference } from '../findings';
import type { BusRow, LogRow } from './copies';
import { CopiedGround } from './testing/copied-ground';
import { checkTopic } from './topic-check';

let ground: CopiedGround;
beforeAll(async () => {
  ground = await CopiedGround.open();
});
afterAll(() => ground.close());

/** Members of even numbers go into partition 0, the others into partition 1. */
const partitionFor = (key: string): number => Number(key.slice(1)) % 2;

const logged = (number: number, streamId: string, revision: number): LogRow => {
  const key = streamId.split('-')[1] ?? '';
  const place = `${streamId}@${revision}`;
  return {
    number,
    key,
    streamId,
    revision,
    partition: partitionFor(key),
    eventId: place,
    digest: `digest of ${place}`,
  };
};

const published = ({ partition, streamId, revision, digest }: LogRow, offset: number): BusRow => ({
  ...{ partition, streamId, revision, digest, offset, leaks: false },
});

const log = [
  logged(1, 'account-M2', 0),
  logged(2, 'account-M1', 0),
  logged(3, 'account-M2', 1),
  logged(4, 'member-M2', 0),
  logged(5, 'account-M4', 0),
];
const [first, second, third, fourth, fifth] = log as [LogRow, LogRow, LogRow, LogRow, LogRow];
const bus = [published(first, 0), published(second, 0), published(third, 1), published(fourth, 2), published(fifth, 3)];
const fromTheStart: readonly Extent[] = [
  { partition: 0, low: 0, end: 9 },
  { partition: 1, low: 0, end: 9 },
];

interface Given {
  readonly log?: readonly LogRow[];
  readonly bus?: readonly BusRow[];
  readonly extents?: readonly Extent[];
  readonly due?: number;
}

const check = async (given: Given): Promise<readonly Difference[]> => {
  const copies = await ground.copies();
  await copies.log.add(given.log ?? log);
  await copies.bus.add(given.bus ?? bus);
  await copies.complete();
  const found: Difference[] = [];
  const { extents = fromTheStart, due = log.length } = given;
  await checkTopic({ copies, topic: 'facts', extents, due, report: (each) => found.push(each) });
  return found;
};

describe('a topic that holds what it should', () => {
  it('is found to be so', async () => expect(await check({})).toEqual([]));

  it('may hold facts twice, the later ones in whatever order', async () => {
    const again = [published(third, 4), published(first, 5), published(third, 6)];
    expect(await check({ bus: [...bus, ...again] })).toEqual([]);
  });

  it('holds nothing of a log that nothing is due of', async () => {
    expect(await check({ bus: [], due: 0 })).toEqual([]);
    expect(await check({ log: [], bus: [], due: 0 })).toEqual([]);
  });

  it('may hold more than is due', async () => expect(await check({ due: 2 })).toEqual([]));
});

describe('what is missing', () => {
  it('is told in the order of the log, with the partition it belongs in', async () =>
    expect(await check({ bus: [published(first, 0), published(fourth, 1)] })).toEqual([
      { kind: 'missing-message', where: 'account-M1', what: 'revision 0 is not in facts, partition 1' },
      { kind: 'missing-message', where: 'account-M2', what: 'revision 1 is not in facts, partition 0' },
      { kind: 'missing-message', where: 'account-M4', what: 'revision 0 is not in facts, partition 0' },
    ]));

  it('is only what is due', async () => {
    const found = await check({ bus: [published(first, 0)], due: 2 });
    expect(found.map(({ where }) => where)).toEqual(['account-M1']);
  });

  it('is nothing that the topic has forgotten in time', async () => {
    const extents = [
      { partition: 0, low: 1, end: 4 },
      { partition: 1, low: 0, end: 1 },
    ];
    expect(await check({ bus: bus.slice(1), extents })).toEqual([]);
    const [lost] = await check({ bus: bus.slice(1, -1), extents });
    expect(lost).toMatchObject({ kind: 'missing-message', where: 'account-M4' });
  });

  it('is nothing of a partition that has forgotten everything', async () => {
    const extents = [
      { partition: 0, low: 4, end: 4 },
      { partition: 1, low: 0, end: 1 },
    ];
    expect(await check({ bus: [published(second, 0)], extents })).toEqual([]);
  });
});

describe('what a message says', () => {
  it.each<[string, BusRow, Difference]>([
    [
      'something else than the log',
      { ...published(third, 1), digest: 'another' },
      { kind: 'wrong-message', where: 'account-M2', what: 'revision 1 at facts/0@1 says something else than the log' },
    ],
    [
      'what is to stay in the log',
      { ...published(third, 1), leaks: true },
      {
        ...{ kind: 'wrong-message', where: 'account-M2' },
        what: 'revision 1 at facts/0@1 carries personal fields that are to stay in the log',
      },
    ],
  ])('is wrong where it is %s', async (_, wrong, due) => {
    expect(await check({ bus: bus.with(2, wrong) })).toEqual([due]);
  });

  it('is wrong in another partition than its key’s, wherever it is right as well', async () => {
    const astray = { ...published(third, 5), partition: 1 };
    expect(await check({ bus: [...bus, astray] })).toEqual([
      { kind: 'wrong-message', where: 'account-M2', what: 'revision 1 at facts/1@5 belongs in partition 0' },
    ]);
  });

  it('is wrong where nobody stated it', async () => {
    const invented = { ...published(second, 7), revision: 777 };
    expect(await check({ bus: [...bus, invented] })).toEqual([
      { kind: 'wrong-message', where: 'account-M1', what: 'revision 777 at facts/1@7 is not in the log' },
    ]);
  });
});

describe('the order', () => {
  it('is that of the log within a member, across their streams', async () => {
    const swapped = [published(first, 0), published(second, 0), published(fourth, 1), published(third, 2)];
    expect(await check({ bus: [...swapped, published(fifth, 3)] })).toEqual([
      { kind: 'wrong-order', where: 'member-M2', what: 'revision 0 came into facts before account-M2@1' },
    ]);
  });

  it('of different members is free, in the same partition even', async () => {
    const freely = [published(fifth, 0), published(first, 1), published(third, 2), published(fourth, 3)];
    expect(await check({ bus: [...freely, published(second, 0)] })).toEqual([]);
  });

  describe('in a topic that has forgotten its oldest messages', () => {
    const extents = [
      { partition: 0, low: 2, end: 7 },
      { partition: 1, low: 0, end: 1 },
    ];

    it('is not that of copies whose first ones are forgotten', async () => {
      const left = [published(fourth, 2), published(fifth, 3), published(second, 0)];
      const again = [published(third, 4), published(fourth, 5)];
      expect(await check({ bus: [...left, ...again], extents })).toEqual([]);
    });

    it('is still that of what came later', async () => {
      const left = [published(first, 2), published(fourth, 3), published(fifth, 4), published(second, 0)];
      const found = await check({ bus: [...left, published(third, 6)], extents });
      expect(found.map(({ kind, where }) => [kind, where])).toEqual([['wrong-order', 'member-M2']]);
    });
  });

  it('however members are mixed, all is well as long as each keeps theirs, and one that does not is named', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 2, maxLength: 12 }),
        fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
        async (members, chance) => {
          const revisions = new Map<number, number>();
          const mixed = members.map((member, index) => {
            const revision = revisions.get(member) ?? 0;
            revisions.set(member, revision + 1);
            return logged(index + 1, `account-M${member}`, revision);
          });
          const ofAll = [...revisions.keys()].map((member) => mixed.filter(({ key }) => key === `M${member}`));
          const drawn = ofAll.flatMap((own) =>
            own.map((row, index) => ({ row, at: [...chance.slice(0, own.length)].sort((a, b) => a - b)[index] ?? 0 })),
          );
          const sent = drawn.sort((a, b) => a.at - b.at).map(({ row }, offset) => published(row, offset));
          expect(await check({ log: mixed, bus: sent, due: mixed.length })).toEqual([]);

          const many = ofAll.find((own) => own.length > 1);
          if (many === undefined) return;
          const late = sent.map((row) =>
            row.streamId === many[0]?.streamId && row.revision === 0 ? { ...row, offset: 1_000 } : row,
          );
          expect(await check({ log: mixed, bus: late, due: mixed.length })).toEqual([
            expect.objectContaining({ kind: 'wrong-order', where: many[0]?.streamId }),
          ]);
        },
      ),
      { numRuns: 15 },
    ));
});
