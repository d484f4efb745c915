import { z } from 'zod';
import { eventType } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Voucher } from './account.state';
import type { Fact } from './fact';
import { id, instant, voucherBenefit } from './schemas';
import type { VoucherBenefit } from './voucher-benefit';

/** A voucher exists. */
export type VoucherIssued = Fact<
  'VoucherIssued',
  {
    readonly code: string;
    readonly benefit: VoucherBenefit;
    readonly expiresAt: Instant | null;
    readonly origin: Voucher['origin'];
  }
>;

/** Where a voucher was set aside. */
export type VoucherHolder = NonNullable<Voucher['holder']>;

/** A voucher is set aside for a bill being made. */
export type VoucherHeld = Fact<
  'VoucherHeld',
  { readonly code: string; readonly until: Instant; readonly holder?: VoucherHolder }
>;

/** A voucher was used on a ticket, once. */
export type VoucherUsed = Fact<'VoucherUsed', { readonly code: string; readonly purchaseId: string }>;

/** A used voucher came back with its return. */
export type VoucherReinstated = Fact<'VoucherReinstated', { readonly code: string; readonly returnId: string }>;

/** A voucher can no longer be used. */
export type VoucherCancelled = Fact<'VoucherCancelled', { readonly code: string; readonly reason: string }>;

/** Every fact about vouchers. */
export type VoucherEvent = VoucherIssued | VoucherHeld | VoucherUsed | VoucherReinstated | VoucherCancelled;

const voucherHolder = z.strictObject({ storeId: id.exactOptional(), tillId: id.exactOptional() });

/** Their types and schemas. */
export const voucherEventTypes = [
  eventType<VoucherIssued['data']>(
    'VoucherIssued',
    z.strictObject({
      code: id,
      benefit: voucherBenefit,
      expiresAt: instant.nullable(),
      origin: z.strictObject({ kind: z.enum(['reward', 'campaign']), reference: z.string() }),
    }),
  ),
  eventType<VoucherHeld['data']>(
    'VoucherHeld',
    z.strictObject({ code: id, until: instant, holder: voucherHolder.exactOptional() }),
  ),
  eventType<VoucherUsed['data']>('VoucherUsed', z.strictObject({ code: id, purchaseId: id })),
  eventType<VoucherReinstated['data']>('VoucherReinstated', z.strictObject({ code: id, returnId: id })),
  eventType<VoucherCancelled['data']>('VoucherCancelled', z.strictObject({ code: id, reason: z.string() })),
];
