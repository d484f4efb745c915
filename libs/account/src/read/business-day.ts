import { toText } from '#libs/platform/kernel/instant';
import type { Fact } from '#libs/platform/runtime/fact';

/** The day on whose books a fact stands, `YYYY-MM-DD`: noted with it when it was recorded, else its date in UTC. */
export const dayOf = ({ meta, at }: Pick<Fact, 'meta' | 'at'>): string =>
  meta['businessDate'] ?? toText(at).slice(0, 10);
