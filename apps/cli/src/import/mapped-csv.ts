import { basename } from 'node:path';
import type { CsvMapping, MappedField } from './csv-mapping';
import { csvRows, type ReadProgress } from './file-rows';
import type { TicketRow, TicketRows } from './imported-ticket';
import { Unreadable } from './file-row';
import { unpackedName } from './line-numbers';
import { amount, present, readRow, time } from './row-reading';
import { instantIn } from './store-time';

/** Settings of a CSV log read by a mapping. */
export interface MappedCsvSettings {
  readonly path: string;
  readonly mapping: CsvMapping;
  readonly onProgress?: ReadProgress;
}

type Fields = Readonly<Record<string, string>>;

/** Any CSV purchase log, as its mapping says. */
export const mappedCsv = ({ path, mapping, onProgress }: MappedCsvSettings): TicketRows => {
  const name = basename(path);
  const { delimiter, header } = mapping;
  return {
    name,
    currency: mapping.currency,
    timeZone: mapping.timeZone,
    isNumberedByLine: mapping.columns.ticketNo === undefined,
    async *rows(numberedAs = unpackedName(name)) {
      for await (const each of csvRows(path, { delimiter, header, columns: columnsOf(mapping) }, onProgress))
        yield readRow(name, each, (fields, row) => new RowReader(mapping, fields).read(`${numberedAs}:${row}`));
    },
  };
};

/** Every column that the mapping names. */
const columnsOf = ({ columns: { labels, ...columns } }: CsvMapping): readonly string[] =>
  [...Object.values(columns), ...Object.values(labels)].flatMap((from) => (typeof from === 'string' ? [from] : []));

/** Reads one row's fields by the mapping. */
class RowReader {
  constructor(
    private readonly mapping: CsvMapping,
    private readonly fields: Fields,
  ) {}

  /** The row's ticket line; `ownNumber` is the ticket's number where the file has none. */
  read(ownNumber: string): Omit<TicketRow, 'row'> {
    const { columns, timeZone } = this.mapping;
    return {
      memberId: this.required('memberId'),
      storeId: this.required('storeId'),
      tillId: this.required('tillId'),
      ticketNo: columns.ticketNo === undefined ? ownNumber : this.required('ticketNo'),
      occurredAt: time('occurredAt', this.required('occurredAt'), (text) => instantIn(timeZone, text)),
      line: this.line(),
    };
  }

  private line(): TicketRow['line'] {
    const { columns, decimals } = this.mapping;
    const { category, brand, labels } = columns;
    const grossMinor = amount('gross', this.required('gross'), decimals);
    const discountMinor = amount('discount', this.text(columns.discount) ?? '0', decimals);
    if (discountMinor > grossMinor) throw new Unreadable('the discount is larger than the gross');
    const categoryText = this.text(category)?.toLowerCase();
    const brandText = this.text(brand)?.toLowerCase();
    return {
      sku: this.required('sku'),
      ...(categoryText !== undefined && { category: categoryText }),
      ...(brandText !== undefined && { brand: brandText }),
      labels: Object.entries(labels).flatMap(([key, from]) => {
        const text = this.text(from);
        return text === undefined ? [] : [`${key}=${text.toLowerCase()}`];
      }),
      quantity: 1,
      grossMinor,
      discountMinor,
      taxMinor: amount('tax', this.text(columns.tax) ?? '0', decimals),
    };
  }

  private required(name: Exclude<keyof CsvMapping['columns'], 'labels'>): string {
    return present(name, this.text(this.mapping.columns[name]));
  }

  /** The field's content without spaces around it; `undefined` when it is empty or not mapped. */
  private text(from: MappedField | undefined): string | undefined {
    if (from === undefined) return undefined;
    const content = typeof from === 'string' ? this.fields[from] : from.value;
    return content?.trim() || undefined;
  }
}
