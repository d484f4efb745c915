import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { identifier } from './decimal';
import { csvRows, type ReadProgress } from './file-rows';
import { BadRow, type TicketRow, type TicketRows } from './imported-ticket';
import { amount, present, readRow, time } from './row-reading';
import { instantIn } from './store-time';

/** What is known of a product: as category the product category, lower case, or the department where it has none. */
interface Product {
  readonly category?: string;
  readonly brand?: string;
  readonly labels: readonly string[];
}

type Fields = Readonly<Record<string, string>>;

/** Settings of a "Complete Journey" log. */
export interface CompleteJourneySettings {
  /** The transactions file, or the folder in which it lies as `transactions*.csv` or `.csv.gz`. */
  readonly path: string;
  /** The products file; `products.csv(.gz)` beside the transactions unless said otherwise. Without one, no categories. */
  readonly productsPath?: string;
  /** The chain does not say where its stores are; US Eastern time unless said otherwise. */
  readonly timeZone?: string;
  readonly onProgress?: ReadProgress;
}

const csv = { delimiter: ',', header: true };
const ticketColumns = ['household_id', 'store_id', 'basket_id', 'product_id', 'sales_value', 'transaction_timestamp'];
const productColumns = ['product_id', 'department', 'brand', 'product_category'];

/**
 * The "Complete Journey" data of a grocery chain (84.51°/dunnhumby): one row per product of a basket, rows in no order.
 * The household is the member and the basket id the ticket number. `sales_value` is what was paid, in dollars, so it is
 * the line's gross and its discount is 0: the discount columns say what was taken off before. Quantities are left out,
 * fuel and loose goods are counted in the thousands. Lines of 0.00 stay.
 */
export const completeJourney = async (settings: CompleteJourneySettings): Promise<TicketRows> => {
  const path = await fileIn(settings.path, /^transactions.*\.csv(\.gz)?$/);
  if (path === undefined) throw new Error(`There is no transactions*.csv or transactions*.csv.gz in ${settings.path}.`);
  const products = await readProducts(settings.productsPath ?? (await fileIn(dirname(path), /^products\.csv(\.gz)?$/)));
  const timeZone = settings.timeZone ?? 'America/New_York';
  const name = basename(path);
  return {
    name,
    currency: 'USD',
    timeZone,
    async *rows() {
      for await (const row of csvRows(path, { ...csv, columns: ticketColumns }, settings.onProgress))
        yield readRow(name, row, (fields) => ticketRow(fields, products));
    },
  };
};

const fileIn = async (path: string, pattern: RegExp): Promise<string | undefined> => {
  if (!(await stat(path)).isDirectory()) return path;
  const found = (await readdir(path)).filter((file) => pattern.test(file)).sort();
  return found[0] === undefined ? undefined : join(path, found[0]);
};

/** Every product by its id. Texts repeat a lot and are shared, so that 100,000 products take some 20 MB. */
const readProducts = async (path: string | undefined): Promise<ReadonlyMap<string, Product>> => {
  const products = new Map<string, Product>();
  if (path === undefined) return products;
  const kinds = new Map<string, Product>();
  for await (const each of csvRows(path, { ...csv, columns: productColumns })) {
    // Without its product a line would earn something else: no part of them may be missing.
    if ('reason' in each) throw new BadRow(basename(path), each.row, each.reason);
    const { fields } = each;
    const product = productOf(fields);
    const kind = JSON.stringify(product);
    const known = kinds.get(kind) ?? product;
    kinds.set(kind, known);
    products.set(identifier(fields['product_id'] ?? ''), known);
  }
  return products;
};

const lower = (text: string | undefined): string | undefined => text?.trim().toLowerCase() || undefined;

const productOf = (fields: Fields): Product => {
  const department = lower(fields['department']);
  const category = lower(fields['product_category']) ?? department;
  const brand = lower(fields['brand']);
  return {
    ...(category !== undefined && { category }),
    ...(brand !== undefined && { brand }),
    labels: department === undefined ? [] : [`department=${department}`],
  };
};

const unknownProduct: Product = { labels: [] };

const ticketRow = (fields: Fields, products: ReadonlyMap<string, Product>): Omit<TicketRow, 'row'> => {
  const required = (column: string): string => present(column, fields[column]);
  const sku = identifier(required('product_id'));
  const grossMinor = amount('sales_value', required('sales_value'), 2);
  return {
    memberId: identifier(required('household_id')),
    storeId: identifier(required('store_id')),
    tillId: 'import',
    ticketNo: identifier(required('basket_id')),
    occurredAt: time('transaction_timestamp', required('transaction_timestamp'), (text) => instantIn('UTC', text)),
    line: { sku, ...(products.get(sku) ?? unknownProduct), quantity: 1, grossMinor, discountMinor: 0, taxMinor: 0 },
  };
};
