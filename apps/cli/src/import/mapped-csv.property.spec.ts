import fc from 'fast-check';
import { parseMapping } from './csv-mapping';
import { fingerprinted } from './fingerprint';
import type { BadRow, ImportedTicket } from './imported-ticket';
import { mappedCsv } from './mapped-csv';
import { type LogFolder, logFolder, readTickets } from './testing/files';

let folder: LogFolder;
beforeAll(async () => {
  folder = await logFolder();
});
afterAll(() => folder.remove());

const columns = ['card', 'shop', 'till', 'receipt', 'sold', 'item', 'amount', 'off', 'dept'] as const;
type Cells = Readonly<Record<(typeof columns)[number], string>>;

/** Texts that a CSV file has to take care of. */
const awkward = fc
  .string({ unit: fc.constantFrom('a', 'Ü', '油', '"', ',', ';', ' ', '|'), minLength: 1, maxLength: 6 })
  .map((text) => `x${text}y`);
const money = (most: number): fc.Arbitrary<string> =>
  fc.nat(most).map((minor) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`);

const row: fc.Arbitrary<Cells> = fc.record({
  card: fc.constantFrom('M1', 'M2', 'M3'),
  shop: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,8}$/),
  till: fc.constantFrom('T1', 'T2'),
  receipt: fc.nat(500).map(String),
  sold: fc.integer({ min: 0, max: 500_000 }).map((minutes) => new Date(minutes * 60_000).toISOString()),
  item: awkward,
  amount: money(99_999).map((text) => `1${text}`),
  off: fc.oneof(fc.constant(''), money(99)),
  dept: fc.oneof(fc.constant(''), awkward),
});

/** Every receipt is of one line, so that each row can be found again. */
const rows = fc.uniqueArray(row, { selector: ({ receipt }) => receipt, minLength: 1, maxLength: 12 });

interface Shape {
  readonly delimiter: string;
  readonly order: readonly number[];
  readonly isPacked: boolean;
  readonly header: boolean;
}
const shape: fc.Arbitrary<Shape> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  order: fc.shuffledSubarray([...columns.keys()], { minLength: columns.length }),
  isPacked: fc.boolean(),
  header: fc.boolean(),
});

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const write = (cells: readonly Cells[], { delimiter, order, isPacked, header }: Shape): Promise<string> => {
  const names = order.map((index) => columns[index] ?? 'card');
  const lines = cells.map((each) => names.map((name) => quoted(each[name])).join(delimiter));
  return folder.file(`sales.csv${isPacked ? '.gz' : ''}`, header ? [names.join(delimiter), ...lines] : lines);
};

const mappingFor = ({ delimiter, order, header }: Shape) => {
  const from = (name: (typeof columns)[number]): string =>
    header ? name : String(order.indexOf(columns.indexOf(name)) + 1);
  return parseMapping(
    JSON.stringify({
      ...{ delimiter, header, currency: 'AUD', timeZone: 'UTC' },
      columns: {
        ...{ memberId: from('card'), storeId: from('shop'), tillId: from('till'), ticketNo: from('receipt') },
        ...{ occurredAt: from('sold'), sku: from('item'), gross: from('amount'), discount: from('off') },
        labels: { department: from('dept') },
      },
    }),
  );
};

const minor = (text: string): number => Number(text.replace('.', ''));
const byNumber = (a: ImportedTicket, b: ImportedTicket): number => Number(a.body.ticketNo) - Number(b.body.ticketNo);

it('whatever is sold is read as it was, however the file is written and packed', () =>
  fc.assert(
    fc.asyncProperty(rows, shape, async (cells, how) => {
      const path = await write(cells, how);
      const tickets = await readTickets(mappedCsv({ path, mapping: mappingFor(how) }));
      const due = cells.toSorted((a, b) => Number(a.receipt) - Number(b.receipt));
      expect(tickets.toSorted(byNumber).map(({ body }) => body)).toEqual(
        due.map((sold) =>
          expect.objectContaining({
            ...{ memberId: sold.card, storeId: sold.shop, tillId: sold.till, ticketNo: sold.receipt },
            ...{ occurredAt: sold.sold, businessDate: sold.sold.slice(0, 10) },
            tenders: [{ kind: 'card', amountMinor: minor(sold.amount) - minor(sold.off) }],
            lines: [
              expect.objectContaining({
                ...{ sku: sold.item, grossMinor: minor(sold.amount), discountMinor: minor(sold.off) },
                labels: sold.dept === '' ? [] : [`department=${sold.dept.toLowerCase()}`],
              }),
            ],
          }),
        ),
      );
    }),
    { numRuns: 60 },
  ));

it('one damaged cell spoils its row alone, and is told with the line it stands on', () =>
  fc.assert(
    fc.asyncProperty(
      ...[rows, fc.nat(), fc.constantFrom(...(['card', 'sold', 'amount', 'off'] as const))],
      async (cells, which, name) => {
        const at = which % cells.length;
        const damaged = cells.map((each, index) =>
          index === at ? { ...each, [name]: name === 'card' ? ' ' : '?' } : each,
        );
        const how = { delimiter: ',', order: [...columns.keys()], isPacked: false, header: true };
        const told: BadRow[] = [];
        const source = mappedCsv({ path: await write(damaged, how), mapping: mappingFor(how) });
        const tickets = await readTickets(source, { onBadRow: (problem) => told.push(problem) });
        expect(told).toEqual([expect.objectContaining({ file: 'sales.csv', row: at + 2 })]);
        expect(tickets).toHaveLength(cells.length - 1);
      },
    ),
    { numRuns: 30 },
  ));

it('a file is known again however it was packed, and is another one when a cell changed', async () => {
  const sample = fc.sample(rows, { numRuns: 1, seed: 7 })[0] ?? [];
  const how = { delimiter: ',', order: [...columns.keys()], isPacked: false, header: true };
  const fingerprintOf = async (cells: readonly Cells[], isPacked: boolean): Promise<string> => {
    const path = await write(cells, { ...how, isPacked });
    const source = fingerprinted(mappedCsv({ path, mapping: mappingFor(how) }), 'sales.csv');
    await readTickets(source);
    return source.fingerprint();
  };
  const plain = await fingerprintOf(sample, false);
  expect(await fingerprintOf(sample, true)).toBe(plain);
  const [first, ...rest] = sample as [Cells, ...Cells[]];
  expect(await fingerprintOf([{ ...first, item: 'another' }, ...rest], false)).not.toBe(plain);
});
