import { randomUUID } from 'node:crypto';
import type { NewEvent } from '#libs/platform/event-store/event-store';

const line = (lineNo: number) => ({
  lineNo,
  sku: `SKU-${lineNo}`,
  quantity: 1,
  grossMinor: 1_250,
  category: 'filters',
  brand: 'house',
});

/** A purchase as it is stored, about 800 bytes. */
const purchase = JSON.stringify({
  purchaseId: '3a1f4c52-9d0e-5b7a-8f63-1c2d9e04b7a1',
  ticket: {
    ...{ storeId: 'S1', tillId: 'T1', ticketNo: '000123', businessDate: '2026-03-01', occurredAt: 1_772_349_600_000 },
    ...{ currency: 'AUD', lines: [line(1), line(2), line(3)] },
    tenders: [{ kind: 'card', amountMinor: 3_750 }],
  },
  store: { storeId: 'S1', timeZone: 'Australia/Melbourne' },
  programmeVersion: 1,
  standing: { firstPurchase: false, tier: 'member', joinedAt: 1_770_000_000_000 },
  qualifyingMinor: 3_750,
  notEarned: {
    rules: ['birthday', 'welcome', 'first-purchase', 'members-night', 'gold', 'silver'],
    because: ['on', 'on', 'firstPurchase', 'weekdays', 'tiers', 'tiers'],
  },
});

/** Points as they are stored, about 400 bytes. */
const points = JSON.stringify({
  ...{ lotId: '3a1f4c52-9d0e-5b7a-8f63-1c2d9e04b7a1/base', wallet: 'points', points: 37 },
  ...{ cause: { kind: 'rule', rule: 'base', version: 1 }, occasion: '3a1f4c52-9d0e-5b7a-8f63-1c2d9e04b7a1' },
  lines: [1, 2, 3].map((lineNo) => ({ lineNo, points: 12 })),
  ...{ counts: { base: 37 }, issuingStore: 'S1', activeFrom: 1_772_349_600_000, expiresAt: 1_804_000_000_000 },
  inputs: { amountMinor: 3_750 },
});

const meta = JSON.stringify({ actor: 'till', correlation: '3a1f4c52-9d0e-5b7a-8f63-1c2d9e04b7a1' });

const event = (type: string, data: string): NewEvent => ({
  eventId: randomUUID(),
  type,
  schemaVersion: 2,
  data,
  meta,
  occurredAt: 1_772_349_600_000,
});

/** What a usual ticket appends: three events with the sizes of real ones. */
export const ticketEvents = (): readonly NewEvent[] => [
  event('PurchaseRecorded', purchase),
  event('PointsEarned', points),
  event('PointsEarned', points),
];

/** The answer that is stored with them, of the size of a real one. */
export const ticketAnswer = JSON.stringify({
  purchaseId: '3a1f4c52-9d0e-5b7a-8f63-1c2d9e04b7a1',
  filler: 'x'.repeat(900),
});
