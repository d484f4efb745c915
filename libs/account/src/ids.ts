import { randomBytes } from 'node:crypto';
import type { Idempotency } from '#libs/platform/runtime/command-runner';
import { joined, uuidFrom } from '#libs/platform/runtime/deterministic-id';

const ticketNamespace = '3a1f4c52-9d0e-5b7a-8f63-1c2d9e04b7a1';
const requestNamespace = 'c8e6b1d4-52f7-5e39-9a0b-6d47f3c1e582';

/** What makes a ticket one ticket, across all members. `businessDate` is `YYYY-MM-DD`. */
export interface TicketKey {
  readonly storeId: string;
  readonly tillId: string;
  readonly ticketNo: string;
  readonly businessDate: string;
}

/** The id of a sale or return: the same for the same business key, whoever tells it and however often. */
export const ticketIdOf = (kind: 'sale' | 'return', { storeId, tillId, ticketNo, businessDate }: TicketKey): string =>
  uuidFrom(ticketNamespace, joined(kind, storeId, tillId, ticketNo, businessDate));

/** The id of what a request without a key of its own brings about: the same for every repeat of the request. */
export const requestIdOf = (kind: string, { credential, key }: Idempotency): string =>
  uuidFrom(requestNamespace, joined(kind, credential, key));

/** Crockford's base 32: no I, L, O or U, so that nobody misreads a code. */
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_SYMBOLS = 16;

/** A voucher code of 80 random bits: 16 symbols of five bits each. */
const voucherCode = (): string => Array.from(randomBytes(CODE_SYMBOLS), (byte) => symbols.charAt(byte & 31)).join('');

/** As many fresh voucher codes as a command may issue. */
export const voucherCodes = (count: number): readonly string[] => Array.from({ length: count }, voucherCode);
