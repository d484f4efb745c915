import { z } from 'zod';
import { currency } from '#libs/platform/http/fields';
import { isTimeZone } from '#libs/platform/kernel/zone-offset';

/**
 * A column by its header (or by its number, `"1"` the first, in a file without header), or a constant. A column that the
 * file does not have, or has twice, ends the import.
 */
const field = z.union([z.string().min(1), z.strictObject({ value: z.string() })]);

/**
 * How a CSV file tells of purchases. Every row is one line of a ticket; rows with the same store, till, business date
 * and `ticketNo` are one ticket, wherever they stand in the file.
 */
export const csvMapping = z.strictObject({
  delimiter: z
    .string()
    .regex(/^[^"\r\n]$/u, 'must be one character, no quote and no line break')
    .default(','),
  header: z.boolean().default(true),
  /** ISO 4217. */
  currency,
  /** How many decimals amounts of that currency have: 2 for cents, 0 for yen. */
  decimals: z.int().min(0).max(4).default(2),
  /** IANA zone of the stores: dates are theirs, and so are times without an offset. */
  timeZone: z.string().refine(isTimeZone, 'is no known time zone'),
  columns: z.strictObject({
    memberId: field,
    storeId: field,
    /** Left out: every row is a ticket of its own, numbered by file name and line, and must stay on its line. */
    ticketNo: field.optional(),
    tillId: field.default({ value: 'import' }),
    /** RFC 3339, or the store's own time (`2026-03-01 18:20`), or a date (`2026-03-01`, `20260301`: noon). */
    occurredAt: field,
    sku: field,
    /** What the line costs as a whole, as decimal text (`11.87`), before the discount. */
    gross: field,
    /** What was taken off the line, as decimal text; empty is 0. */
    discount: field.optional(),
    /** The tax within the line, as decimal text; empty is 0. */
    tax: field.optional(),
    category: field.optional(),
    brand: field.optional(),
    /** Labels by key: `{"department": "dept"}` makes `department=<content of dept>`. */
    labels: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]*$/), field).default({}),
  }),
});

/** A mapping with all its defaults. */
export type CsvMapping = z.infer<typeof csvMapping>;

/** A column or constant of a mapping. */
export type MappedField = z.infer<typeof field>;

/** Reads a mapping file's text. Throws an Error that names each wrong place. */
export const parseMapping = (text: string): CsvMapping => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (problem) {
    throw new Error(`The mapping is no JSON: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
  const checked = csvMapping.safeParse(json);
  if (checked.success) return checked.data;
  const places = checked.error.issues.map((issue) => `${issue.path.join('.') || 'mapping'}: ${issue.message}`);
  throw new Error(`The mapping is not valid: ${places.join('; ')}`);
};
