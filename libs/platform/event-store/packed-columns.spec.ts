import fc from 'fast-check';
import { columnsIn, packedColumns } from './packed-columns';

const fields = ['revision', 'streamId', 'type', 'data'] as const;

/** As PostgreSQL packs them. */
const rowOf = (events: readonly { revision: number; streamId: string; type: string; data: string }[]) => [
  events.map(({ revision }) => String(revision)).join(','),
  ...(['streamId', 'type', 'data'] as const).map((field) => events.map((event) => event[field]).join('\u0001')),
];

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((any) => !any.includes('\u0001'));
const event = fc.record({ revision: fc.nat(), streamId: text, type: text, data: text });

it('gives back what was packed, whatever the texts', () =>
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), (events) => {
      const columns = columnsIn(fields, rowOf(events), events.length);
      for (const field of fields) expect(columns?.[field]).toEqual(events.map((each) => each[field]));
    }),
  ));

it('does not guess where a text holds what stands between texts', () =>
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(1, 2, 3),
      fc.nat(),
      (events, at, cut) => {
        const row = rowOf(events);
        const column = row[at] ?? '';
        const place = cut % (column.length + 1);
        row[at] = `${column.slice(0, place)}\u0001${column.slice(place)}`;
        expect(columnsIn(fields, row, events.length)).toBeUndefined();
      },
    ),
  ));

it('reads words that come again', () => {
  const columns = columnsIn(['type'], [['Sold', 'Earned', 'Sold'].join('\u0001')], 3);
  expect(columns).toEqual({ type: ['Sold', 'Earned', 'Sold'] });
});

it('asks for no more than the fields it is given', () => {
  expect(packedColumns(['revision', 'type'])).toBe("string_agg(revision::text, ','), string_agg(type, chr(1))");
});
