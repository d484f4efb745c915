import { BadRow } from './imported-ticket';
import { importText } from './import.command';
import type { ImportReport } from './run-import';

const nothing: ImportReport = { tickets: 0, lines: 0, booked: 0, known: 0, before: 0, left: [], stores: 0, seconds: 0 };
const text = (report: Partial<ImportReport>): string => importText('log.csv', { ...nothing, ...report });
const bad = (row: number): BadRow => new BadRow('log.csv', row, 'sku is missing');

it.each<[string, Partial<ImportReport>, string]>([
  ['an empty file', {}, 'log.csv: 0 tickets of 0 lines. Nothing new was booked.'],
  [
    'a first run',
    { tickets: 1_200, lines: 3_600, booked: 1_200, stores: 3, seconds: 2 },
    'log.csv: 1,200 tickets of 3,600 lines. 1,200 were booked in 2.0 s (600/s). 3 stores were opened.',
  ],
  [
    'a run that went on',
    { tickets: 10, lines: 10, booked: 4, before: 5, known: 1, seconds: 0.5 },
    'log.csv: 10 tickets of 10 lines. 4 were booked in 500 ms (8.0/s). 6 were booked before.',
  ],
  [
    'a second run',
    { tickets: 10, lines: 10, before: 10 },
    'log.csv: 10 tickets of 10 lines. Nothing new was booked. 10 were booked before.',
  ],
  [
    'a run that left rows out',
    { tickets: 2, lines: 2, known: 2, left: [bad(3), bad(4)] },
    'log.csv: 2 tickets of 2 lines. Nothing new was booked. 2 were booked before. 2 were left out.',
  ],
])('says what came of %s', (_, report, words) => expect(text(report)).toBe(words));
