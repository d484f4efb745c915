import { mapping, manyPurchases, purchases } from '../testing/purchases';
import { Workbench } from '../testing/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  await sells('M1');
}, 60_000);
afterAll(() => bench.close());

/** Three tickets of a member, who joins with the first. */
const sells = async (member: string): Promise<void> => {
  const rows = manyPurchases(3, 1).map((row, index) => ({ ...row, member, ticket: `${member}-${index}` }));
  const file = await bench.file(`${member}.csv`, purchases(rows));
  const map = await bench.file('map.json', mapping);
  expect((await bench.run('import', file, '--format', 'csv', '--mapping', map)).code).toBe(0);
};

const verify = async () => {
  const { code, lines } = await bench.run('verify', '--json');
  const found = lines.filter(({ event }) => event === 'difference');
  return { code, found: found.map(({ kind, where, what }) => [kind, where, what]) };
};

const place = (table: string): string => `SELECT (max(xid::text::bigint)), max(position) FROM ${table}`;

it('finds who stands beyond the end of the log, and then what was passed over for that reason', async () => {
  expect(await verify()).toEqual({ code: 0, found: [] });
  await bench.sql(`UPDATE read.checkpoints SET xid = xid + 1000000 WHERE name = 'policy:book-enrolments'`);
  expect(await verify()).toEqual({
    code: 1,
    found: [
      ['wrong-checkpoint', 'policy:book-enrolments', expect.stringMatching(/^it stands at \d+\/\d+, the log ends at /)],
    ],
  });
  await sells('M2');
  await bench.sql(
    `UPDATE read.checkpoints SET (xid, position) = (${place('log.events')}) WHERE name = 'policy:book-enrolments'`,
  );
  expect(await verify()).toEqual({
    code: 1,
    found: [
      [
        'wrong-effect',
        'member-M2',
        expect.stringMatching(
          /^revision 0 \(MemberEnrolled\): policy:book-enrolments has not reacted, it would state /,
        ),
      ],
    ],
  });
}, 60_000);
