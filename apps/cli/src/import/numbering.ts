import type { ImportRuns } from '#libs/platform/app/import-runs';
import { fingerprinted, type Fingerprinted } from './fingerprint';
import type { TicketRows } from './imported-ticket';
import { type LineNote, LineNumbers, unpackedName } from './line-numbers';

/** The rows of a file as an import reads them. */
export interface NumberedRows {
  readonly rows: Fingerprinted;
  /** What a run of this file is kept with. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * Once all was read, before anything is booked: notes where the tickets stand that the file does not number itself.
   * Throws {@link MovedLines} when they have stood elsewhere before.
   */
  readonly settle: () => Promise<void>;
}

/** The tickets of a file go by its lines, and these have moved since they were imported. */
export class MovedLines extends Error {
  constructor(name: string, what: string) {
    super(
      `${name} has no ticket numbers, so its tickets go by the lines on which they stand, and ${what} Else the same ` +
        'purchases would be booked again. Bring new rows behind the old ones, or in a file of another name. Nothing was booked.',
    );
    this.name = 'MovedLines';
  }
}

const linesMoved = (lines: number): string =>
  `what stands on its first ${lines} lines, or how they are read, is not what was imported before under this name.`;

const unknownLines =
  'an earlier version of this program imported other content under this name, without noting where it stood. ' +
  'Import the file as it was then once more first, and it is noted.';

/** A file whose tickets have numbers: they are the same wherever they stand. */
const byNumber = (source: TicketRows): NumberedRows => ({
  rows: fingerprinted(source, unpackedName(source.name)),
  settings: { name: source.name, numbers: 'own' },
  settle: () => Promise.resolve(),
});

const byLine = async (source: TicketRows, runs: ImportRuns): Promise<NumberedRows> => {
  const { name } = source;
  const file = unpackedName(name);
  const known = (await runs.note(file)) as LineNote | undefined;
  const unnoted = known === undefined ? await runs.unnoted([name, file, `${file}.gz`]) : [];
  const before = unnoted.find((run) => run.name === name) ?? unnoted[0];
  const lines = new LineNumbers(known?.numberedAs ?? before?.name ?? file, known);
  const watched = { ...source, rows: () => lines.watch(source.rows(lines.numberedAs)) };
  const rows = fingerprinted(watched, lines.numberedAs);
  return {
    rows,
    settings: { name, numbers: 'lines' },
    settle: async () => {
      if (known !== undefined && !lines.isKept()) throw new MovedLines(name, linesMoved(known.lines));
      const isUnknown = unnoted.length > 0 && unnoted.every((run) => run.source !== rows.fingerprint());
      if (isUnknown) throw new MovedLines(name, unknownLines);
      await runs.keepNote(file, lines.note());
    },
  };
};

/** The rows of a file, and what keeps their tickets apart from one import to the next. */
export const numbered = async (source: TicketRows, runs: ImportRuns): Promise<NumberedRows> =>
  source.isNumberedByLine === true ? byLine(source, runs) : byNumber(source);
