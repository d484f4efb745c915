import { cdnow } from './cdnow';
import { type LogFolder, logFolder, readTickets } from './testing/files';

let folder: LogFolder;
beforeEach(async () => {
  folder = await logFolder();
});
afterEach(() => folder.remove());

const log = async (...lines: string[]) => cdnow({ path: await folder.file('CDNOW.txt', lines) });

it('reads a row as a ticket of one line, numbered by file and line', async () => {
  const [ticket] = await readTickets(await log(' 00004 0001 19970101  2   29.33\r'));
  expect(ticket?.body).toMatchObject({
    memberId: '00004',
    storeId: 'cdnow',
    ticketNo: 'CDNOW.txt:1',
    businessDate: '1997-01-01',
    occurredAt: '1997-01-01T17:00:00.000Z',
    currency: 'USD',
    lines: [{ lineNo: 1, sku: 'cd', labels: ['discs=2'], quantity: 1, grossMinor: 2933 }],
    tenders: [{ kind: 'card', amountMinor: 2933 }],
  });
});

it('two purchases of one day are two tickets', async () => {
  const same = '00004 0001 19970101 2 29.33';
  const tickets = await readTickets(await log(same, '', same));
  expect(tickets.map(({ body }) => body.ticketNo)).toEqual(['CDNOW.txt:1', 'CDNOW.txt:3']);
});

it('keeps purchases of $0', async () => {
  const [ticket] = await readTickets(await log('00004 0001 19970101 1 0.00'));
  expect(ticket?.body.tenders[0].amountMinor).toBe(0);
});

it.each([
  ['00004 0001 19970101 2', '5 fields are expected, there are 4'],
  ['00004 0001 19970101 2 29.33 more', '5 fields are expected, there are 6'],
  ['00004 0001 1997-01-01 2 29.33', 'the date "1997-01-01" is no time'],
  ['00004 0001 19970230 2 29.33', 'the date "19970230" is no time'],
  ['00004 0001 19970101 2 free', 'the price "free" is no amount'],
])('refuses "%s"', async (line, reason) => {
  await expect(readTickets(await log('', line))).rejects.toThrow(`CDNOW.txt, line 2: ${reason}`);
});

const published = process.env['REGULARS_CDNOW_FILE'];
const whenGiven = published === undefined ? it.skip : it;

whenGiven('reads the published sample whole (skipped unless REGULARS_CDNOW_FILE names it)', async () => {
  const tickets = await readTickets(cdnow({ path: published ?? '' }));
  expect(tickets).toHaveLength(6_919);
  expect(new Set(tickets.map(({ body }) => body.memberId)).size).toBe(2_357);
  expect(tickets.reduce((sum, { body }) => sum + body.tenders[0].amountMinor, 0)).toBe(24_409_194);
  expect([tickets[0]?.body.businessDate, tickets.at(-1)?.body.businessDate]).toEqual(['1997-01-01', '1998-06-30']);
});
