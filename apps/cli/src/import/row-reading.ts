import { minorUnits } from './decimal';
import { type BrokenRow, type FileRow, Unreadable } from './file-row';
import { BadRow, type TicketRow } from './imported-ticket';
import { rowRefusal } from './row-rules';

/** A row read by `read`, or what is wrong with it: it must be one that a till could send. */
export const readRow = <Fields>(
  file: string,
  each: FileRow<Fields> | BrokenRow,
  read: (fields: Fields, row: number) => Omit<TicketRow, 'row'>,
): TicketRow | BadRow => {
  const { row } = each;
  if ('reason' in each) return new BadRow(file, row, each.reason);
  try {
    const found = read(each.fields, row);
    const refusal = rowRefusal(found);
    return refusal === undefined ? { row, ...found } : new BadRow(file, row, refusal);
  } catch (problem) {
    if (problem instanceof Unreadable) return new BadRow(file, row, problem.message);
    throw problem;
  }
};

/** The text, or {@link Unreadable} when there is none. */
export const present = (name: string, text: string | undefined): string => {
  if (text === undefined || text === '') throw new Unreadable(`${name} is missing`);
  return text;
};

/** The amount in minor units, ≥ 0, or {@link Unreadable}. */
export const amount = (name: string, text: string, decimals: number): number => {
  const minor = minorUnits(text, decimals);
  if (minor !== undefined && minor >= 0) return minor;
  throw new Unreadable(`${name} "${text}" is no amount ≥ 0 with at most ${decimals} decimals`);
};

/** What `instant` found in the text, or {@link Unreadable}. */
export const time = (name: string, text: string, instant: (text: string) => number | undefined): number => {
  const found = instant(text);
  if (found !== undefined) return found;
  throw new Unreadable(`${name} "${text}" is no time`);
};
