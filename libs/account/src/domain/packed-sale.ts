import type { Standing, StoreFacts, Tender, TicketLine } from '#libs/programme/src/contract';
import type { PackedSale, Sale, Ticket } from './account.state';
import type { Changing } from './copies';
import type { ToldStanding, ToldTicket } from './told-sale';

/** Nothing has come back: shared by nearly all sales. */
const nothingReturned: readonly never[] = [];

/** What is packed of a sale: all but what is looked at for every ticket. */
type Contents = Pick<Sale, 'store' | 'programmeVersion' | 'qualifyingMinor'> & {
  readonly ticket: ToldTicket;
  readonly standing: ToldStanding;
};

/** Lists that a fact leaves out. */
const none: readonly string[] = [];
const noLimits: Standing['used'] = {};

const listsOf = ({ ticket, standing }: Contents) => ({
  redemptionIds: ticket.redemptionIds ?? none,
  voucherCodes: ticket.voucherCodes ?? none,
  segments: standing.segments ?? none,
  used: standing.used ?? noLimits,
});

/** What is looked at of a sale's contents besides its lines and tenders. */
type Lists = ReturnType<typeof listsOf>;

const headingsOf = ({ ticket, store, standing }: Contents): (string | null)[] => [
  ticket.storeId,
  ticket.tillId,
  ticket.ticketNo,
  ticket.businessDate,
  ticket.currency,
  ticket.cashierId ?? null,
  ticket.channel ?? null,
  store.storeId,
  store.region ?? null,
  store.timeZone,
  standing.tier ?? null,
];

const textsOf = (
  contents: Contents,
  { redemptionIds, voucherCodes, segments, used }: Lists,
): readonly (string | null)[] => {
  const { ticket } = contents;
  const texts = headingsOf(contents);
  for (const line of ticket.lines) {
    texts.push(line.sku, line.category ?? null, line.brand ?? null);
    for (const label of line.labels ?? none) texts.push(label);
  }
  for (const { kind } of ticket.tenders) texts.push(kind);
  for (const list of [redemptionIds, voucherCodes, segments, Object.keys(used)])
    for (const text of list) texts.push(text);
  // A list that has grown has room for more to come; its copy has not.
  return texts.slice();
};

const countsOf = ({ ticket, programmeVersion, standing, qualifyingMinor }: Contents, lists: Lists): number[] => {
  const { joinedAt } = standing;
  return [
    programmeVersion ?? 0,
    qualifyingMinor,
    ticket.occurredAt,
    ticket.ticketDiscountMinor ?? 0,
    standing.visits ?? 0,
    standing.firstPurchase ? 1 : 0,
    joinedAt === undefined ? 0 : 1,
    joinedAt ?? 0,
    ticket.lines.length,
    ticket.tenders.length,
    lists.redemptionIds.length,
    lists.voucherCodes.length,
    lists.segments.length,
  ];
};

const numbersOf = (contents: Contents, lists: Lists): readonly number[] => {
  const { ticket } = contents;
  const numbers = countsOf(contents, lists);
  for (const line of ticket.lines) {
    const { lineNo, quantity, grossMinor, discountMinor = 0, taxMinor = 0, labels = none } = line;
    numbers.push(lineNo, quantity, grossMinor, discountMinor, taxMinor, labels.length);
  }
  for (const { amountMinor } of ticket.tenders) numbers.push(amountMinor);
  for (const points of Object.values(lists.used)) numbers.push(points);
  return numbers.slice();
};

/** A sale of which nothing has come back yet, as the account keeps it. */
export const packedSale = (purchaseId: string, at: number, contents: Contents): PackedSale => {
  const lists = listsOf(contents);
  const texts = textsOf(contents, lists);
  return { purchaseId, at, texts, numbers: numbersOf(contents, lists), returned: nothingReturned };
};

/** Takes the parts of a packed sale out in the order in which they were put in. */
class Unpacking {
  private text = 0;
  private number = 0;

  constructor(private readonly sale: PackedSale) {}

  get textsLeft(): number {
    return this.sale.texts.length - this.text;
  }

  nextText(): string {
    return this.nextTextOrNull() ?? '';
  }

  nextTextOrNull(): string | null {
    return this.sale.texts[this.text++] ?? null;
  }

  nextNumber(): number {
    return this.sale.numbers[this.number++] ?? 0;
  }

  nextTexts(count: number): readonly string[] {
    return Array.from({ length: count }, () => this.nextText());
  }
}

const optional = <Key extends string>(key: Key, text: string | null): { readonly [K in Key]?: string } =>
  text === null ? {} : ({ [key]: text } as { readonly [K in Key]: string });

const lineFrom = (parts: Unpacking): TicketLine => {
  const [lineNo, quantity, grossMinor] = [parts.nextNumber(), parts.nextNumber(), parts.nextNumber()];
  const [discountMinor, taxMinor, labelCount] = [parts.nextNumber(), parts.nextNumber(), parts.nextNumber()];
  const sku = parts.nextText();
  const category = optional('category', parts.nextTextOrNull());
  const brand = optional('brand', parts.nextTextOrNull());
  const labels = parts.nextTexts(labelCount);
  return { lineNo, sku, ...category, ...brand, labels, quantity, grossMinor, discountMinor, taxMinor };
};

const placeFrom = (parts: Unpacking): Pick<Ticket, 'storeId' | 'tillId' | 'ticketNo' | 'businessDate' | 'currency'> => {
  const [storeId, tillId, ticketNo] = [parts.nextText(), parts.nextText(), parts.nextText()];
  return { storeId, tillId, ticketNo, businessDate: parts.nextText(), currency: parts.nextText() };
};

const storeFrom = (parts: Unpacking): StoreFacts => {
  const storeId = parts.nextText();
  const region = optional('region', parts.nextTextOrNull());
  return { storeId, ...region, timeZone: parts.nextText() };
};

const usedFrom = (parts: Unpacking): Standing['used'] => {
  const used: Record<string, number> = {};
  while (parts.textsLeft > 0) used[parts.nextText()] = parts.nextNumber();
  return used;
};

/** A sale with all its parts, as it was recorded. */
export const unpackedSale = (sale: PackedSale): Sale => {
  const parts = new Unpacking(sale);
  const next = (): number => parts.nextNumber();
  const [version, qualifyingMinor, occurredAt, ticketDiscountMinor] = [next(), next(), next(), next()];
  const [visits, firstPurchase, joinedKnown, joinedAt] = [next(), next() === 1, next() === 1, next()];
  const [lineCount, tenderCount, redemptionCount, voucherCount, segmentCount] = [
    next(),
    next(),
    next(),
    next(),
    next(),
  ];
  const place = placeFrom(parts);
  const cashierId = optional('cashierId', parts.nextTextOrNull());
  const channel = optional('channel', parts.nextTextOrNull());
  const store = storeFrom(parts);
  const tier = optional('tier', parts.nextTextOrNull());
  const lines = Array.from({ length: lineCount }, () => lineFrom(parts));
  const tenders = Array.from({ length: tenderCount }, () => ({
    kind: parts.nextText() as Tender['kind'],
    amountMinor: parts.nextNumber(),
  }));
  const spent = { redemptionIds: parts.nextTexts(redemptionCount), voucherCodes: parts.nextTexts(voucherCount) };
  const ticket: Ticket = {
    ...place,
    ...cashierId,
    ...channel,
    occurredAt,
    lines,
    ticketDiscountMinor,
    tenders,
    ...spent,
  };
  const segments = parts.nextTexts(segmentCount);
  const standing: Changing<Standing> = { ...tier, segments, firstPurchase, visits, used: usedFrom(parts) };
  if (joinedKnown) standing.joinedAt = joinedAt;
  const { purchaseId, at, returned } = sale;
  const programmeVersion = version === 0 ? null : version;
  return { purchaseId, at, ticket, store, programmeVersion, standing, qualifyingMinor, returned };
};
