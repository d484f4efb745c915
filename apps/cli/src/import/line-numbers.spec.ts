import { Readable } from 'node:stream';
import fc from 'fast-check';
import { BadRow, type TicketRow } from './imported-ticket';
import { type LineNote, LineNumbers, unpackedName } from './line-numbers';

const rowOf = (row: number, sku = `sku-${row}`): TicketRow => ({
  ...{ row, memberId: 'M1', storeId: 'S1', tillId: 'T1', ticketNo: `log.csv:${row}`, occurredAt: 0 },
  line: { sku, labels: [], quantity: 1, grossMinor: 700, discountMinor: 0, taxMinor: 0 },
});
const badRow = (row: number): BadRow => new BadRow('log.csv', row, 'broken');

const read = async (rows: readonly (TicketRow | BadRow)[], known?: LineNote): Promise<LineNumbers> => {
  const numbers = new LineNumbers('log.csv', known);
  for await (const _ of numbers.watch(Readable.from(rows)));
  return numbers;
};

const first = [rowOf(2), badRow(3), badRow(4), rowOf(5), badRow(6)];

it('notes how far the file goes, and which lines were left out', async () =>
  expect((await read(first)).note()).toEqual({
    ...{
      numberedAs: 'log.csv',
      lines: 6,
      leftOut: [
        [3, 4],
        [6, 6],
      ],
    },
    digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  }));

it.each<[string, readonly (TicketRow | BadRow)[], boolean]>([
  ['the same again', first, true],
  ['more rows behind', [...first, rowOf(7), badRow(8)], true],
  ['bad rows mended in their place', [rowOf(2), rowOf(3), badRow(4), rowOf(5), rowOf(6)], true],
  ['a bad row taken away', [rowOf(2), badRow(3), rowOf(4, 'sku-5'), badRow(5)], false],
  ['a row taken away', first.slice(1), false],
  ['the last row taken away', first.slice(0, 3), false],
  ['a row put between', [rowOf(2), rowOf(3, 'new'), badRow(4), badRow(5), rowOf(6, 'sku-5'), badRow(7)], false],
  ['another row', first.with(0, rowOf(2, 'other')), false],
  ['a row that cannot be read any more', first.with(0, badRow(2)), false],
])('%s', async (_, rows, isKept) => {
  const note = (await read(first)).note();
  const again = await read(rows, JSON.parse(JSON.stringify(note)) as LineNote);
  expect(again.isKept()).toBe(isKept);
});

it('whatever is appended or mended in however many imports, all that was read keeps its place; a move is found', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      async (imports, which) => {
        let note: LineNote | undefined;
        let rows: readonly (TicketRow | BadRow)[] = [];
        for (const areGood of imports) {
          const mended = rows.map((each, index) => (areGood[index] === true ? rowOf(each.row) : each));
          rows = [...mended, ...areGood.map((isGood, index) => (isGood ? rowOf : badRow)(mended.length + index + 2))];
          const numbers = await read(rows, note);
          expect(numbers.isKept()).toBe(true);
          note = numbers.note();
        }
        const gone = which % rows.length;
        const moved = rows
          .toSpliced(gone, 1)
          .map((each, index) => (each instanceof BadRow ? badRow(index + 2) : rowOf(index + 2, each.line.sku)));
        const hadRows = rows.slice(gone).some((each) => !(each instanceof BadRow));
        expect((await read(moved, note)).isKept()).toBe(!hadRows);
      },
    ),
  ));

it.each([
  ['log.csv', 'log.csv'],
  ['log.csv.gz', 'log.csv'],
  ['LOG.CSV.GZ', 'LOG.CSV'],
  ['.gz', '.gz'],
])('%s is %s, packed or not', (name, unpacked) => expect(unpackedName(name)).toBe(unpacked));
