// Makes the demo chain in apps/cli/demo from the "Complete Journey" data: every 28th household with all its baskets, and
// the products in them. Rows keep their order and columns, so the same reader reads both.
//   npm run demo:extract -- <folder with transactions*.csv.gz and products.csv.gz>
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

const everyNth = 28;

const [, , from] = process.argv;
if (from === undefined) {
  process.stderr.write('Usage: npm run demo:extract -- <folder of the Complete Journey files>\n');
  process.exit(2);
}

/** A file's lines as written, each with its values; the header comes first. */
function readLines(pattern) {
  const name = readdirSync(from)
    .sort()
    .find((each) => pattern.test(each));
  if (name === undefined) throw new Error(`No ${pattern} in ${from}.`);
  return parse(gunzipSync(readFileSync(join(from, name))), { raw: true, relax_column_count: true }).map(
    ({ raw, record }) => ({ raw, record }),
  );
}

const target = join(dirname(dirname(fileURLToPath(import.meta.url))), 'apps', 'cli', 'demo');
mkdirSync(target, { recursive: true });
const write = (name, lines) =>
  writeFileSync(join(target, name), gzipSync(lines.map(({ raw }) => `${raw.trimEnd()}\n`).join(''), { level: 9 }));

const [header, ...rows] = readLines(/^transactions.*\.csv\.gz$/);
const household = header.record.indexOf('household_id');
const product = header.record.indexOf('product_id');
const chosen = rows.filter(({ record }) => Number(record[household]) % everyNth === 0);
write('transactions.csv.gz', [header, ...chosen]);

// The source writes some round ids as numbers (9e+05), hence the comparison by value.
const bought = new Set(chosen.map(({ record }) => Number(record[product])));
const [productHeader, ...products] = readLines(/^products\.csv\.gz$/);
const known = products.filter(({ record }) => bought.has(Number(record[0])));
write('products.csv.gz', [productHeader, ...known]);

const households = new Set(chosen.map(({ record }) => record[household])).size;
process.stdout.write(`${households} households, ${chosen.length} lines, ${known.length} products\n`);
