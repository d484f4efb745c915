import { parseMapping } from './csv-mapping';

const columns = { memberId: 'card', storeId: 'shop', occurredAt: 'sold', sku: 'item', gross: 'amount' };
const minimal = { currency: 'AUD', timeZone: 'Australia/Melbourne', columns };

const parsed = (changes: object = {}, changedColumns: object = {}) =>
  parseMapping(JSON.stringify({ ...minimal, ...changes, columns: { ...columns, ...changedColumns } }));

it('needs no more than which column is what, the currency and the zone', () =>
  expect(parsed()).toEqual({
    ...minimal,
    ...{ delimiter: ',', header: true, decimals: 2 },
    columns: { ...columns, tillId: { value: 'import' }, labels: {} },
  }));

it('keeps whatever it is told', () => {
  const told = {
    ...{ delimiter: '\t', header: false, currency: 'JPY', decimals: 0, timeZone: 'Asia/Tokyo' },
    columns: {
      ...{ memberId: '1', storeId: { value: 'S9' }, ticketNo: '2', tillId: '3', occurredAt: '4', sku: '5' },
      ...{ gross: '6', discount: '7', tax: '8', category: '9', brand: '10', labels: { madeIn: '11' } },
    },
  };
  expect(parseMapping(JSON.stringify(told))).toEqual(told);
});

it.each([
  ['no text at all', ''],
  ['half of it', '{"currency":"AUD"'],
  ['a comment', '// a mapping\n{}'],
])('%s is no JSON', (_, text) => expect(() => parseMapping(text)).toThrow(/^The mapping is no JSON: /));

it.each<[string, () => unknown]>([
  ['mapping', () => parseMapping('null')],
  ['mapping', () => parseMapping('[]')],
  ['delimiter', () => parsed({ delimiter: '' })],
  ['delimiter', () => parsed({ delimiter: '||' })],
  ['delimiter', () => parsed({ delimiter: '"' })],
  ['delimiter', () => parsed({ delimiter: '\n' })],
  ['header', () => parsed({ header: 'yes' })],
  ['currency', () => parsed({ currency: 'aud' })],
  ['currency', () => parsed({ currency: 'ZZZ' })],
  ['decimals', () => parsed({ decimals: 5 })],
  ['decimals', () => parsed({ decimals: 1.5 })],
  ['timeZone', () => parsed({ timeZone: '' })],
  ['columns.gross', () => parsed({}, { gross: undefined })],
  ['columns.sku', () => parsed({}, { sku: '' })],
  ['columns.sku', () => parsed({}, { sku: 5 })],
  ['columns.tillId', () => parsed({}, { tillId: { constant: 'T1' } })],
  ['columns.labels.Made in', () => parsed({}, { labels: { 'Made in': 'origin' } })],
])('what is wrong is named: %s', (place, parse) =>
  expect(parse).toThrow(new RegExp(`^The mapping is not valid: ${place.replaceAll('.', '\\.')}: `)),
);

it('names every place that is wrong at once', () => {
  const parse = () => parsed({ currency: 'dollars', decimals: -1 }, { memberId: '' });
  for (const place of ['currency: ', 'decimals: ', 'columns.memberId: ']) expect(parse).toThrow(place);
});
