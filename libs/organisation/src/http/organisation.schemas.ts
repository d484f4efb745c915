import { z } from 'zod';
import { currency, identifier, reason, shortText, timeZone } from '#libs/platform/http/fields';
import { staffRoles } from '../domain/roles';

export const newStore = z
  .strictObject({
    storeId: identifier,
    name: shortText,
    franchiseeId: identifier.optional(),
    region: shortText.optional(),
    timeZone,
    currency,
  })
  .meta({ id: 'NewStore' });

export const newTill = z.strictObject({ tillId: identifier }).meta({ id: 'NewTill' });

/** At least 8 characters, as NIST SP 800-63B asks; the upper bound keeps hashing cheap. */
const password = z.string().min(8).max(256);

const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;

export const newStaff = z
  .strictObject({
    staffId: identifier,
    name: shortText,
    roles: z.array(z.enum(staffRoles)).min(1).refine(distinct, 'Must not repeat'),
    storeIds: z.union([z.literal('all'), z.array(identifier).min(1).max(10_000).refine(distinct, 'Must not repeat')]),
    password,
  })
  .meta({ id: 'NewStaff' });

/** Without the lower bound of a new password: whoever guesses short learns nothing from the answer. */
export const newSession = z
  .strictObject({ staffId: identifier, password: z.string().max(256) })
  .meta({ id: 'NewSession' });

export const newPassword = z
  .strictObject({
    password,
    currentPassword: z.string().max(256).exactOptional().meta({ description: 'For your own, and only for your own' }),
  })
  .meta({
    id: 'NewPassword',
    examples: [
      { password: 'a longer one than before', currentPassword: 'correct horse' },
      { password: 'until tomorrow' },
    ],
  });

export const dismissal = z
  .strictObject({ reason: reason.exactOptional() })
  .meta({ id: 'Dismissal', examples: [{ reason: 'left the company' }] });

export type NewStoreBody = z.infer<typeof newStore>;
export type NewTillBody = z.infer<typeof newTill>;
export type NewStaffBody = z.infer<typeof newStaff>;
export type NewSessionBody = z.infer<typeof newSession>;
export type NewPasswordBody = z.infer<typeof newPassword>;
export type DismissalBody = z.infer<typeof dismissal>;
