import { z } from 'zod';
import { identifier, instant } from '#libs/platform/http/fields';

/** The largest amount or number of points that a request may name: 10^12 minor units. */
export const MOST = 1_000_000_000_000;

/** Money in minor units, ≥ 0. */
export const money = z.int().min(0).max(MOST);

/** Points in the wallet's integer unit, ≥ 1. */
export const points = z.int().min(1).max(MOST);

/** A name given elsewhere, such as a SKU or a category: 1 to 100 characters, all of them whole and none a control character. */
export const outsideName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Must not contain control characters or halves of characters');

/** A word for one kind of thing, such as `shop` or `newsletter`; never free text, which could name a person. */
export const word = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,39}$/, 'Must be a letter, then up to 39 letters, digits, _ . or -');

/** The store's own date, `YYYY-MM-DD`; nothing was sold before 1900, and year 0 is none that a database knows. */
export const businessDate = z.iso
  .date('Must be a date such as 2026-03-01')
  .refine((date) => date >= '1900-01-01', 'Must be a date such as 2026-03-01');

const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Ids that do not repeat, 20 at most. */
export const ids = z.array(identifier).max(20).refine(distinct, 'Must not repeat');

/** The moment an account read speaks of. */
export const momentFields = { asOf: instant.optional(), knownAt: instant.optional() };
