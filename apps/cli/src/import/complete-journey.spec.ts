import { completeJourney } from './complete-journey';
import { BadRow } from './imported-ticket';
import { type LogFolder, logFolder, readTickets } from './testing/files';

const header =
  'household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc,week,transaction_timestamp';
const row = (
  cells: Partial<Record<'household' | 'store' | 'basket' | 'product' | 'quantity' | 'paid' | 'time', string>> = {},
): string => {
  const { household = '2261', store = '309', basket = '31625220889', product = '25671' } = cells;
  const { quantity = '1', paid = '3.86', time = '2017-01-28T19:06:53Z' } = cells;
  return [household, store, basket, product, quantity, paid, '0.43', '0.0', '0.0', '5', time].join(',');
};
const products = [
  'product_id,manufacturer_id,department,brand,product_category,product_type,package_size',
  '25671,2,GROCERY,National,FRZN ICE,ICE - CRUSHED/CUBED,22 LB',
  '26081,2,MISCELLANEOUS,Private,,,',
  '9e+05,2393,COSMETICS,National,FRAGRANCES,"DESIGNER, FRAGRANCES",.8 OZ',
];

let folder: LogFolder;
beforeEach(async () => {
  folder = await logFolder();
  await folder.file('products.csv.gz', products);
});
afterEach(() => folder.remove());

const log = async (...rows: string[]) =>
  completeJourney({ path: await folder.file('transactions_sample.csv.gz', [header, ...rows]) });

it('reads a basket as a ticket of the till', async () => {
  expect(await readTickets(await log(row()))).toEqual([
    {
      position: '2017-01-28T19:06:53.000Z|309|import|31625220889',
      row: 2,
      body: {
        memberId: '2261',
        storeId: '309',
        tillId: 'import',
        ticketNo: '31625220889',
        businessDate: '2017-01-28',
        occurredAt: '2017-01-28T19:06:53.000Z',
        currency: 'USD',
        lines: [
          {
            lineNo: 1,
            sku: '25671',
            category: 'frzn ice',
            brand: 'national',
            labels: ['department=grocery'],
            quantity: 1,
            grossMinor: 386,
            discountMinor: 0,
            taxMinor: 0,
          },
        ],
        ticketDiscountMinor: 0,
        tenders: [{ kind: 'card', amountMinor: 386 }],
        redemptionIds: [],
        voucherCodes: [],
      },
    },
  ]);
});

it('gathers the lines of a basket from anywhere in the file', async () => {
  const rows = [
    row({ product: '1' }),
    row({ basket: '7', household: '1' }),
    row({ product: '2', paid: '1.0' }),
    row({ product: '3', paid: '0.0' }),
  ];
  const [other, basket] = await readTickets(await log(...rows), { rowsInMemory: 2 });
  expect(other?.body.ticketNo).toBe('31625220889');
  expect(other?.body.lines.map(({ lineNo, sku }) => [lineNo, sku])).toEqual([
    [1, '1'],
    [2, '2'],
    [3, '3'],
  ]);
  expect(other?.body.tenders).toEqual([{ kind: 'card', amountMinor: 486 }]);
  expect(basket?.body.memberId).toBe('1');
});

it('takes quantities for what they are: fuel in the thousands is one line', async () => {
  const [ticket] = await readTickets(await log(row({ quantity: '11239', paid: '25.0' })));
  expect(ticket?.body.lines).toMatchObject([{ quantity: 1, grossMinor: 2500 }]);
});

it('keeps a ticket of nothing', async () => {
  const [ticket] = await readTickets(await log(row({ quantity: '0', paid: '4.440892e-16' })));
  expect(ticket?.body.tenders).toEqual([{ kind: 'card', amountMinor: 0 }]);
});

it('reads ids that were written as numbers', async () => {
  const [ticket] = await readTickets(await log(row({ basket: '4.0128e+10', product: '900000' })));
  expect(ticket?.body).toMatchObject({ ticketNo: '40128000000', lines: [{ sku: '900000', category: 'fragrances' }] });
});

it('falls back to the department, and to no category for an unknown product', async () => {
  const [ticket] = await readTickets(await log(row({ product: '26081' }), row({ product: '99' })));
  expect(ticket?.body.lines[0]).toMatchObject({ category: 'miscellaneous', brand: 'private' });
  expect(ticket?.body.lines[1]).not.toHaveProperty('category');
  expect(ticket?.body.lines[1]?.labels).toEqual([]);
});

it('dates a late evening by the day of the store', async () => {
  const [ticket] = await readTickets(await log(row({ time: '2018-01-01T03:47:38Z' })));
  expect(ticket?.body.businessDate).toBe('2017-12-31');
});

it('finds the file in its folder, and products elsewhere', async () => {
  await folder.file('transactions_sample.csv.gz', [header, row()]);
  const productsPath = await folder.file('goods.csv', [products[0] ?? '', '25671,2,FUEL,National,GAS,,']);
  const [ticket] = await readTickets(await completeJourney({ path: folder.path, productsPath }));
  expect(ticket?.body.lines[0]?.category).toBe('gas');
});

it('says which products cannot be read, or that they are of another kind', async () => {
  await folder.file('products.csv.gz', [...products, '7,2,FUEL']);
  await expect(log(row())).rejects.toThrow('products.csv.gz, line 5: 7 fields are expected, there are 3');
  await folder.file('products.csv.gz', ['product_id,group', '7,FUEL']);
  await expect(log(row())).rejects.toThrow('products.csv.gz has no column "department", "brand", "product_category".');
});

it('says that there is no such file', async () => {
  await expect(completeJourney({ path: folder.path })).rejects.toThrow('no transactions*.csv');
  await expect(completeJourney({ path: `${folder.path}/none.csv` })).rejects.toThrow('ENOENT');
});

it.each([
  [row({ paid: 'abc' }), 'sales_value "abc" is no amount ≥ 0 with at most 2 decimals'],
  [row({ paid: '-1.0' }), 'sales_value "-1.0" is no amount'],
  [row({ paid: '1.005' }), 'sales_value "1.005" is no amount'],
  [row({ time: '28/01/2017' }), 'transaction_timestamp "28/01/2017" is no time'],
  [row({ household: '' }), 'household_id is missing'],
  ['2261,309', '11 fields are expected, there are 2'],
])('refuses a bad row with its place: %s', async (bad, reason) => {
  const reading = readTickets(await log(row(), bad));
  await expect(reading).rejects.toThrow(BadRow);
  await expect(reading).rejects.toThrow(`transactions_sample.csv.gz, line 3: ${reason}`);
});

it('tells how far it has read, in bytes of the packed file', async () => {
  const path = await folder.file('transactions.csv.gz', [header, row()]);
  const told: [number, number][] = [];
  await readTickets(await completeJourney({ path, onProgress: (read, total) => told.push([read, total]) }));
  expect(told.length).toBeGreaterThan(0);
  expect(told.at(-1)?.[0]).toBe(told.at(-1)?.[1]);
});
