import { normalEmail, normalPhone, type Identifier } from './identifiers';

/** An address as one text or by its parts. */
export type PostalAddress = string | Readonly<Record<string, string>>;

/** What a member told about themselves. Exists in clear only in memory; at rest it is sealed under the member's key. */
export interface Profile {
  readonly givenName?: string;
  readonly familyName?: string;
  /** E.164. */
  readonly phone?: string;
  /** Lower case. */
  readonly email?: string;
  /** `YYYY-MM-DD`. */
  readonly birthday?: string;
  readonly postalAddress?: PostalAddress;
  /** BCP 47. */
  readonly language?: string;
}

export type ProfileField = keyof Profile;

/** What to change: a value replaces, null removes, a field left out stays. */
export type ProfilePatch = { readonly [F in ProfileField]?: Profile[F] | null | undefined };

const FIELDS = [
  'givenName',
  'familyName',
  'phone',
  'email',
  'birthday',
  'postalAddress',
  'language',
] as const satisfies readonly ProfileField[];

/** Languages whose speakers say the family name first, without a space. */
const FAMILY_NAME_FIRST = /\p{Script=Han}|\p{Script=Hangul}/u;

const normal = (profile: Profile): Profile => ({
  ...profile,
  ...(profile.email === undefined ? {} : { email: normalEmail(profile.email) }),
  ...(profile.phone === undefined ? {} : { phone: normalPhone(profile.phone) ?? profile.phone }),
});

/** The profile after a change, phone and e-mail in normal form. */
export const changeProfile = (profile: Profile, patch: ProfilePatch): Profile => {
  const kept = FIELDS.flatMap((field) => {
    const value = patch[field] === undefined ? profile[field] : patch[field];
    return value === undefined || value === null ? [] : [[field, value] as const];
  });
  return normal(Object.fromEntries(kept));
};

/** The names of the fields in which two profiles differ. */
export const changedFields = (before: Profile, after: Profile): readonly ProfileField[] =>
  FIELDS.filter((field) => canonical(before[field]) !== canonical(after[field]));

const canonical = (value: PostalAddress | undefined): string | undefined =>
  typeof value === 'object' ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** By what this profile lets its member be found. */
export const identifiersIn = (profile: Profile): readonly Identifier[] => [
  ...(profile.phone === undefined ? [] : [{ kind: 'phone' as const, value: profile.phone }]),
  ...(profile.email === undefined ? [] : [{ kind: 'email' as const, value: profile.email }]),
];

/** How to address the member: given and family name in the order their script has; `undefined` without a name. */
export const displayNameOf = ({ givenName, familyName }: Profile): string | undefined => {
  if (givenName === undefined || familyName === undefined) return givenName ?? familyName;
  return FAMILY_NAME_FIRST.test(familyName) ? `${familyName}${givenName}` : `${givenName} ${familyName}`;
};
