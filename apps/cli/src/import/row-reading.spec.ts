import { Unreadable } from './file-row';
import { BadRow, type TicketRow } from './imported-ticket';
import { amount, present, readRow, time } from './row-reading';

const read: Omit<TicketRow, 'row'> = {
  ...{ memberId: 'M1', storeId: 'S1', tillId: 'T1', ticketNo: '7', occurredAt: 5 },
  line: { sku: 'OIL', labels: [], quantity: 1, grossMinor: 700, discountMinor: 0, taxMinor: 0 },
};

describe('a row', () => {
  it('carries the line of the file it stands on', () =>
    expect(readRow('log.csv', { row: 12, fields: ['7'] }, ([ticketNo = '']) => ({ ...read, ticketNo }))).toEqual({
      ...read,
      row: 12,
    }));

  it('that cannot be read is a bad row, with file, line and reason', () => {
    const bad = readRow('log.csv', { row: 12, fields: [] }, () => ({
      ...read,
      memberId: present('member', undefined),
    }));
    expect(bad).toBeInstanceOf(BadRow);
    expect(bad).toMatchObject({ file: 'log.csv', row: 12, reason: 'member is missing' });
    expect((bad as BadRow).message).toBe('log.csv, line 12: member is missing');
  });

  it('that is broken already stays so, with its place', () =>
    expect(readRow('log.csv', { row: 7, reason: 'no quote' }, () => read)).toEqual(
      new BadRow('log.csv', 7, 'no quote'),
    ));

  it('is not blamed for a defect of its reader', () => {
    const broken = (): never => {
      throw new TypeError('a defect');
    };
    expect(() => readRow('log.csv', { row: 1, fields: [] }, broken)).toThrow(TypeError);
  });
});

describe('a field', () => {
  it('is there when it has any text', () => expect([present('sku', 'OIL'), present('sku', ' ')]).toEqual(['OIL', ' ']));

  it.each([undefined, ''])('is missing when it is %j', (text) =>
    expect(() => present('sku', text)).toThrow(new Unreadable('sku is missing')),
  );
});

describe('an amount', () => {
  it.each([
    ['11.87', 2, 1_187],
    ['0', 2, 0],
    ['450', 0, 450],
    ['1.2345', 4, 12_345],
    ['-0', 2, 0],
  ])('%s with %d decimals is %d', (text, decimals, minor) => expect(amount('gross', text, decimals)).toBe(minor));

  it.each([
    ['-1.00', 2],
    ['1.005', 2],
    ['1.5', 0],
    ['1,50', 2],
    ['$1.50', 2],
    ['', 2],
    ['90071992547409920', 2],
  ])('%j with %d decimals is none', (text, decimals) =>
    expect(() => amount('gross', text, decimals)).toThrow(
      new Unreadable(`gross "${text}" is no amount ≥ 0 with at most ${decimals} decimals`),
    ),
  );
});

describe('a time', () => {
  it('is what was found in the text, the first instant of all included', () =>
    expect([time('sold', '1970', () => 0), time('sold', '1969', () => -1)]).toEqual([0, -1]));

  it('is none when nothing was found', () =>
    expect(() => time('sold', 'soon', () => undefined)).toThrow(new Unreadable('sold "soon" is no time')));
});
