/** A row of a small purchase log. */
export interface Bought {
  readonly member: string;
  readonly ticket: string;
  readonly at: string;
  readonly price: string;
  readonly store?: string;
}

/** How the columns of {@link purchases} are to be read. */
export const mapping = JSON.stringify({
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  columns: {
    memberId: 'member',
    storeId: 'store',
    ticketNo: 'ticket',
    occurredAt: 'at',
    sku: { value: 'oil' },
    gross: 'price',
  },
});

/** A purchase log as CSV. */
export const purchases = (rows: readonly Bought[]): string =>
  [
    'member,store,ticket,at,price',
    ...rows.map(({ member, store = 'S1', ticket, at, price }) => [member, store, ticket, at, price].join(',')),
  ]
    .map((line) => `${line}\n`)
    .join('');

const dayMs = 86_400_000;

/** So many tickets of so many members, an hour apart, of so few whole dollars that nobody rises in tier. */
export const manyPurchases = (tickets: number, members: number): readonly Bought[] =>
  Array.from({ length: tickets }, (_, index) => ({
    member: `M${index % members}`,
    store: `S${(index % 3) + 1}`,
    ticket: `T${index}`,
    at: new Date(Date.UTC(2026, 0, 1) + (index * dayMs) / 24).toISOString(),
    price: `${1 + (index % 4)}.00`,
  }));
