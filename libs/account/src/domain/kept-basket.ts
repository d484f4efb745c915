import { apportion } from '#libs/platform/kernel/apportion';
import { round, share } from '#libs/platform/kernel/rational';
import { type Refused, refuse } from '#libs/platform/kernel/decider';
import type { Basket, KeptBasket, TicketLine } from '#libs/programme/src/contract';
import type { AccountRefusal } from './account.commands';
import type { ReturnedGoods, ReturnedLine, Sale } from './account.state';
import { returnedOf } from './returns';
import { steadyShares } from './steady-shares';

/** Half-up rounding of `value · part / whole`; the whole value when `whole` is 0. */
export const partOf = (value: number, part: number, whole: number): number =>
  whole === 0 ? value : round(share(value, part, whole), 'halfUp');

/** What each line was worth: gross less its discount and its share of the ticket's discount, in minor units. */
export const lineNets = (basket: Basket): ReadonlyMap<number, number> => {
  // By their numbers, however the till sent them: of equal remainders the lower line gets the cent.
  const lines = basket.lines.toSorted((one, other) => one.lineNo - other.lineNo);
  const nets = lines.map((line) => Math.max(0, line.grossMinor - line.discountMinor));
  const shares = apportion(basket.ticketDiscountMinor, nets);
  return new Map(lines.map((line, index) => [line.lineNo, (nets[index] ?? 0) - (shares[index] ?? 0)]));
};

/** How much of a sale is kept: in money, or in units when the sale was worth nothing. */
export interface Kept {
  readonly part: number;
  readonly whole: number;
}

/** What is kept of one line. */
export const keptOfLine = (sale: Sale, line: TicketLine, nets: ReadonlyMap<number, number>): Kept => {
  const net = nets.get(line.lineNo) ?? 0;
  const back = returnedOf(sale, line.lineNo);
  return net === 0
    ? { part: line.quantity - back.quantity, whole: line.quantity }
    : { part: net - back.amountMinor, whole: net };
};

/** What is kept of the whole sale. */
export const keptOf = (sale: Sale): Kept => {
  const nets = lineNets(sale.ticket);
  const worth = [...nets.values()].reduce((sum, net) => sum + net, 0);
  const sum = (pick: (line: TicketLine) => number): number =>
    sale.ticket.lines.reduce((total, line) => total + pick(line), 0);
  const returned = (line: TicketLine): ReturnedLine => returnedOf(sale, line.lineNo);
  return worth === 0
    ? { part: sum((line) => line.quantity - returned(line).quantity), whole: sum((line) => line.quantity) }
    : { part: worth - sum((line) => returned(line).amountMinor), whole: worth };
};

/**
 * True when all of a sale has come back. Units count, not cents: those that cost nothing, or that rounding has left
 * without a cent, are kept until they are told to be back, or an amount of money, which names no lines, has taken all the
 * money there was.
 */
export const isAllBack = (sale: Sale): boolean => {
  if (keptOf(sale).part > 0) return false;
  if (sale.returned.some(({ spreadMinor }) => spreadMinor > 0)) return true;
  return sale.ticket.lines.every(({ lineNo, quantity }) => returnedOf(sale, lineNo).quantity === quantity);
};

const keptLine = (sale: Sale, line: TicketLine, nets: ReadonlyMap<number, number>): TicketLine => {
  const { part, whole } = keptOfLine(sale, line, nets);
  const net = nets.get(line.lineNo) ?? 0;
  const keptNet = net === 0 ? 0 : part;
  // The share of the ticket's discount becomes the line's own, so that the line is worth exactly what is kept of it.
  const discountMinor = partOf(line.grossMinor - net, part, whole);
  return {
    ...line,
    quantity: line.quantity - returnedOf(sale, line.lineNo).quantity,
    grossMinor: keptNet + discountMinor,
    discountMinor,
    taxMinor: partOf(line.taxMinor, part, whole),
  };
};

/** The basket as if only what is kept had been bought; how it was paid shrinks in proportion. */
export const keptBasket = (sale: Sale): KeptBasket => {
  const nets = lineNets(sale.ticket);
  const { part, whole } = keptOf(sale);
  return {
    lines: sale.ticket.lines.map((line) => keptLine(sale, line, nets)).filter((line) => line.quantity > 0),
    ticketDiscountMinor: 0,
    tenders: sale.ticket.tenders.map((tender) => ({
      ...tender,
      amountMinor: partOf(tender.amountMinor, part, whole),
    })),
    of: sale.ticket,
  };
};

const unitsBack = (sale: Sale, lineNo: number, quantity: number): ReturnedLine | Refused<AccountRefusal> => {
  const line = sale.ticket.lines.find((each) => each.lineNo === lineNo);
  if (line === undefined) return refuse('line-not-found', `The sale has no line ${lineNo}.`);
  const back = returnedOf(sale, lineNo);
  if (quantity > line.quantity - back.quantity)
    return refuse('already-returned', `Of line ${lineNo}, ${line.quantity - back.quantity} can still come back.`);
  const worth = (lineNets(sale.ticket).get(lineNo) ?? 0) - back.spreadMinor;
  const target = partOf(worth, back.quantity + quantity, line.quantity);
  return { lineNo, quantity, amountMinor: Math.max(0, target - (back.amountMinor - back.spreadMinor)), spreadMinor: 0 };
};

/**
 * Money spread over lines by what they are worth without the units that came back, always counted from the first such
 * return on, so that several small returns spread like one large one. A return of units in between moves the ground;
 * then what is left is spread anew.
 */
const spreadOf = (sale: Sale, amountMinor: number): readonly number[] => {
  const nets = lineNets(sale.ticket);
  const back = sale.ticket.lines.map((line) => returnedOf(sale, line.lineNo));
  const left = sale.ticket.lines.map((line, index) => (nets.get(line.lineNo) ?? 0) - (back[index]?.amountMinor ?? 0));
  const weights = left.map((amount, index) => amount + (back[index]?.spreadMinor ?? 0));
  const before = back.reduce((sum, line) => sum + line.spreadMinor, 0);
  const shares = steadyShares(before + amountMinor, weights).map(
    (share, index) => share - (back[index]?.spreadMinor ?? 0),
  );
  return shares.every((share, index) => share >= 0 && share <= (left[index] ?? 0))
    ? shares
    : apportion(amountMinor, left);
};

const amountBack = (sale: Sale, amountMinor: number): readonly ReturnedLine[] | Refused<AccountRefusal> => {
  const { part, whole } = keptOf(sale);
  const most = [...lineNets(sale.ticket).values()].every((net) => net === 0) ? 0 : part;
  if (amountMinor > most || whole === 0) return refuse('already-returned', `At most ${most} can still come back.`);
  const nets = lineNets(sale.ticket);
  const shares = spreadOf(sale, amountMinor);
  return sale.ticket.lines
    .map((line, index) => {
      const amount = shares[index] ?? 0;
      const back = returnedOf(sale, line.lineNo);
      const whole = amount > 0 && amount + back.amountMinor === nets.get(line.lineNo);
      const quantity = whole ? line.quantity - back.quantity : 0;
      return { lineNo: line.lineNo, quantity, amountMinor: amount, spreadMinor: amount };
    })
    .filter((line) => line.amountMinor > 0);
};

/** What comes back, line by line, in units and money; refused when it is more than is still there. */
export const linesBack = (sale: Sale, goods: ReturnedGoods): readonly ReturnedLine[] | Refused<AccountRefusal> => {
  if (goods.kind === 'amount') return amountBack(sale, goods.amountMinor);
  const lines: ReturnedLine[] = [];
  for (const { lineNo, quantity } of goods.lines) {
    const back = unitsBack(sale, lineNo, quantity);
    if ('kind' in back) return back;
    lines.push(back);
  }
  return lines;
};
