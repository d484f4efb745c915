/** One record of a text file. */
export interface FileRow<Fields> {
  /** The line it ends on, from 1. */
  readonly row: number;
  readonly fields: Fields;
}

/** A place of a text file where a record was to begin, and none could be read. */
export interface BrokenRow {
  /** The line it begins on, from 1. */
  readonly row: number;
  readonly reason: string;
}

/** Why a row is no line of a ticket: thrown while the row is read, and turned into a bad row right there. */
export class Unreadable extends Error {}
