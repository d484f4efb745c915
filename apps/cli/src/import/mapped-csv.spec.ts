import { parseMapping } from './csv-mapping';
import { mappedCsv } from './mapped-csv';
import { type LogFolder, logFolder, readTickets } from './testing/files';

const minimal = {
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  columns: { memberId: 'card', storeId: 'shop', occurredAt: 'sold', sku: 'item', gross: 'amount' },
};
const mapping = (changes: object = {}, columns: object = {}) =>
  parseMapping(JSON.stringify({ ...minimal, ...changes, columns: { ...minimal.columns, ...columns } }));

let folder: LogFolder;
beforeEach(async () => {
  folder = await logFolder();
});
afterEach(() => folder.remove());

const header = 'card,shop,sold,item,amount,off,gst,group,maker,dept,receipt,till';
const width = header.split(',').length;

/** Rows end where nothing more is said; the file has all the fields. */
const whole = (line: string): string => line + ','.repeat(Math.max(0, width - line.split(',').length));

const read = async (used: ReturnType<typeof mapping>, ...lines: string[]) =>
  readTickets(
    mappedCsv({ path: await folder.file('sales.csv', used.header ? lines.map(whole) : lines), mapping: used }),
  );

it('reads what the mapping names', async () => {
  const used = mapping(
    {},
    {
      ...{ discount: 'off', tax: 'gst', category: 'group', brand: 'maker', labels: { department: 'dept' } },
      ...{ ticketNo: 'receipt', tillId: 'till' },
    },
  );
  const tickets = await read(used, header, 'M1,S1,2026-03-01 18:20,OIL,70.00,5.50,6.36,Oil,Acme,Fluids,000123,T1');
  expect(tickets.map(({ body }) => body)).toMatchObject([
    {
      ...{ memberId: 'M1', storeId: 'S1', tillId: 'T1', ticketNo: '000123', businessDate: '2026-03-01' },
      ...{ occurredAt: '2026-03-01T07:20:00.000Z', currency: 'AUD' },
      lines: [
        {
          ...{ sku: 'OIL', category: 'oil', brand: 'acme', labels: ['department=fluids'], quantity: 1 },
          ...{ grossMinor: 7000, discountMinor: 550, taxMinor: 636 },
        },
      ],
      tenders: [{ kind: 'card', amountMinor: 6450 }],
    },
  ]);
});

it('without ticket numbers, every row is a ticket of its own', async () => {
  const line = 'M1,S1,2026-03-01 18:20,OIL,70.00';
  const tickets = await read(mapping(), header, line, line);
  expect(tickets.map(({ body }) => [body.ticketNo, body.tillId])).toEqual([
    ['sales.csv:2', 'import'],
    ['sales.csv:3', 'import'],
  ]);
});

it('takes constants, other delimiters and files without header', async () => {
  const used = mapping(
    { delimiter: ';', header: false, decimals: 0, currency: 'JPY' },
    { memberId: '2', storeId: { value: 'S9' }, occurredAt: '1', sku: { value: 'any' }, gross: '3' },
  );
  const [ticket] = await read(used, '2026-03-01;M7;450');
  expect(ticket?.body).toMatchObject({ memberId: 'M7', storeId: 'S9', lines: [{ sku: 'any', grossMinor: 450 }] });
});

it('a ticket stamped line by line happened when its last line did', async () => {
  const rows = ['10:00', '10:02', '10:01'].map((time) => `M1,S1,2026-03-01 ${time},OIL,1.00,,,,,,A,T1`);
  const [ticket] = await read(mapping({}, { ticketNo: 'receipt' }), header, ...rows);
  expect(ticket?.body.occurredAt).toBe('2026-02-28T23:02:00.000Z');
  expect(ticket?.body.lines).toHaveLength(3);
});

it('the same number at another store, till or day is another ticket', async () => {
  const used = mapping({}, { ticketNo: 'receipt', tillId: 'till' });
  const rows = [
    'M1,S1,2026-03-01,OIL,1.00,,,,,,A,T1',
    'M1,S1,2026-03-02,OIL,1.00,,,,,,A,T1',
    'M1,S1,2026-03-01,OIL,1.00,,,,,,A,T2',
    'M1,S2,2026-03-01,OIL,1.00,,,,,,A,T1',
  ];
  expect(await read(used, header, ...rows)).toHaveLength(4);
});

it.each([
  ['M1,S1,2026-03-01,,1.00', 'sku is missing'],
  ['J/1,S1,2026-03-01,OIL,1.00', 'memberId "J/1": Must be 1 to 64 letters, digits or . _ : @ + -'],
  ['J 2 x,S1,2026-03-01,OIL,1.00', 'memberId "J 2 x": Must be'],
  ['张三,S1,2026-03-01,OIL,1.00', 'memberId "张三": Must be'],
  ['a\0b,S1,2026-03-01,OIL,1.00', 'memberId "a\\u0000b": Must be'],
  ['ada@example.com,S1,2026-03-01,OIL,1.00', 'memberId "ada@example.com": Must not be an e-mail address'],
  ['M1,Sydney CBD,2026-03-01,OIL,1.00', 'storeId "Sydney CBD": Must be'],
  [`M1,S1,2026-03-01,${'x'.repeat(101)},1.00`, 'line.sku "x'],
  ['M1,S1,1899-12-30,OIL,1.00', 'occurredAt "1899-12-30T02:00:00.000Z": Must be an RFC 3339 instant'],
  ['M1,S1,2026-03-01,OIL,10000000000.01', 'line.grossMinor 1000000000001: Too big'],
  ['M1,S1,soon,OIL,1.00', 'occurredAt "soon" is no time'],
  ['M1,S1,2026-03-01,OIL,1.005', 'gross "1.005" is no amount'],
  ['M1,S1,2026-03-01,OIL,1.00,x', 'discount "x" is no amount'],
  ['M1,S1,2026-03-01,OIL,1.00,1.01', 'the discount is larger than the gross'],
  ['M1,S1,2026-03-01,OIL,1.00,,,,,,,T1', 'ticketNo is missing'],
])('refuses the row %s', async (line, reason) => {
  const used = mapping({}, { discount: 'off', ...(reason.startsWith('ticketNo') && { ticketNo: 'receipt' }) });
  await expect(read(used, header, line)).rejects.toThrow(`sales.csv, line 2: ${reason}`);
});

it('lines may end in different ways, the header’s too', async () => {
  const path = await folder.file('sales.csv', [
    `${header}\r`,
    whole('M1,S1,2026-03-01,OIL,1.00'),
    whole('M2,S1,2026-03-01,OIL,2.00'),
  ]);
  const tickets = await readTickets(mappedCsv({ path, mapping: mapping() }));
  expect(tickets.map(({ body }) => body.memberId)).toEqual(['M1', 'M2']);
});

it('says which mapped columns are not there, before any row', async () => {
  const used = mapping({}, { discount: 'Discount', labels: { madeIn: 'origin', kind: { value: 'x' } } });
  await expect(read(used, header, 'M1,S1,soon,OIL,1.00')).rejects.toThrow(
    'sales.csv has no column "Discount", "origin". Its columns are "card", "shop", ',
  );
});

it('books no row whose columns are shifted', async () => {
  const path = await folder.file('sales.csv', ['card,shop,sold,item,off,amount', 'M1,S1,2026-03-01,OIL,,1,234.50']);
  await expect(readTickets(mappedCsv({ path, mapping: mapping() }))).rejects.toThrow(
    'sales.csv, line 2: 6 fields are expected, there are 7',
  );
});

it('a stray quote costs its own row, wherever it stands', async () => {
  const rows = ['M1,S1,2026-03-01,5" PIPE,1.00', 'M2,S1,2026-03-01,"5 PIPE,1.00', 'M3,S1,2026-03-01,"OIL",1.00'];
  const path = await folder.file('sales.csv', [header, ...rows, rows[1] ?? '', 'M4,S1,2026-03-01,OIL,1.00'].map(whole));
  const told: string[] = [];
  const tickets = await readTickets(mappedCsv({ path, mapping: mapping() }), {
    onBadRow: ({ message }) => told.push(message),
  });
  expect(tickets.map(({ body }) => body.memberId)).toEqual(['M3', 'M4']);
  expect(told).toEqual([
    'sales.csv, line 2: a quote stands in a field that is not quoted',
    'sales.csv, line 3: more follows in a field after its closing quote',
    'sales.csv, line 5: a quote is opened that is never closed',
  ]);
});

describe('a mapping', () => {
  it.each([
    ['{', 'The mapping is no JSON'],
    ['{}', 'currency'],
    [JSON.stringify({ ...minimal, timeZone: 'Mars/Base' }), 'timeZone: is no known time zone'],
    [JSON.stringify({ ...minimal, colums: {} }), 'colums'],
    [JSON.stringify({ ...minimal, columns: { ...minimal.columns, gros: 'x' } }), 'columns'],
  ])('that is wrong names the place: %s', (text, place) => expect(() => parseMapping(text)).toThrow(place));
});
