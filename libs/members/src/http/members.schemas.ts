import { z } from 'zod';
import { identifier, instant, reason, shortText } from '#libs/platform/http/fields';
import { pageFields } from '#libs/platform/http/page';
import { normalEmail, normalPhone } from '../domain/identifiers';

/** A word that stands for one thing in rules and reports: never free text, which could name a person. */
const code = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'Must be a code: a letter, then up to 39 letters, digits, - or _');

const phone = z
  .string()
  .max(40)
  .transform((text, context) => {
    const normal = normalPhone(text);
    if (normal !== undefined) return normal;
    context.addIssue('Must be a phone number in E.164 form such as +61400000001');
    return z.NEVER;
  });

const email = z.string().max(254).transform(normalEmail).pipe(z.email('Must be an e-mail address'));

/** A date of birth that can be one: not in a century without living people. */
const birthday = z.iso.date('Must be a date such as 1990-05-17').refine((date) => date >= '1880-01-01', {
  error: 'Lies too far in the past',
});

const postalAddress = z.union([
  z.string().min(1).max(500),
  z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,29}$/), z.string().min(1).max(200))
    .refine((parts) => Object.keys(parts).length <= 12, 'Has too many parts'),
]);

/** BCP 47, as far as languages, scripts and regions go. */
const language = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'Must be a language such as en or zh-CN');

const profile = z
  .strictObject({
    givenName: shortText.exactOptional(),
    familyName: shortText.exactOptional(),
    phone: phone.exactOptional(),
    email: email.exactOptional(),
    birthday: birthday.exactOptional(),
    postalAddress: postalAddress.exactOptional(),
    language: language.exactOptional(),
  })
  .meta({ id: 'Profile' });

const profilePatch = z
  .strictObject({
    givenName: shortText.nullable().exactOptional(),
    familyName: shortText.nullable().exactOptional(),
    phone: phone.nullable().exactOptional(),
    email: email.nullable().exactOptional(),
    birthday: birthday.nullable().exactOptional(),
    postalAddress: postalAddress.nullable().exactOptional(),
    language: language.nullable().exactOptional(),
  })
  .meta({ id: 'ProfilePatch' });

const evidence = z.union([z.string().min(1).max(2_000), z.record(z.string().max(40), z.string().max(2_000))]);

const consent = z
  .strictObject({ channel: code, purpose: code, granted: z.boolean(), evidence: evidence.exactOptional() })
  .meta({ id: 'Consent' });

/** A member's id stands in the log in clear for ever, so it must not be what a member is found by. */
const memberId = identifier.refine((id) => !id.includes('@'), 'Must not be an e-mail address');

export const newMember = z
  .strictObject({
    memberId: memberId.exactOptional(),
    storeId: identifier,
    enrolledAt: instant.exactOptional(),
    channel: code,
    profile,
    consents: z.array(consent).max(50).default([]),
    referrerMemberId: identifier.exactOptional(),
  })
  .meta({ id: 'NewMember' });

export const memberChange = z.strictObject({ profile: profilePatch }).meta({ id: 'MemberChange' });

export const cardWish = z
  .strictObject({ reason, replaces: z.string().min(1).max(64).exactOptional() })
  .meta({ id: 'CardWish' });

/** One consent, or several at once. */
export const consentWords = z
  .union([z.strictObject({ consents: z.array(consent).min(1).max(50) }), consent])
  .meta({ id: 'ConsentWords' });

const note = z.string().min(1).max(2_000);

export const grounds = z
  .strictObject({ reason: reason.default('unspecified'), note: note.exactOptional() })
  .meta({ id: 'Grounds' });

export const erasure = z.strictObject({ reason: reason.default('unspecified') }).meta({ id: 'Erasure' });

export const lookup = z.strictObject({ identifier: z.string().min(1).max(254) }).meta({ id: 'Lookup' });

export const memberListQuery = z.strictObject({ ...pageFields, storeId: identifier.optional() });

export type NewMemberBody = z.infer<typeof newMember>;
export type MemberChangeBody = z.infer<typeof memberChange>;
export type CardWishBody = z.infer<typeof cardWish>;
export type ConsentWordsBody = z.infer<typeof consentWords>;
export type GroundsBody = z.infer<typeof grounds>;
export type ErasureBody = z.infer<typeof erasure>;
export type MemberListQuery = z.output<typeof memberListQuery>;
export type LookupBody = z.infer<typeof lookup>;
