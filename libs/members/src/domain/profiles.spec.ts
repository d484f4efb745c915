import { changedFields, changeProfile, displayNameOf, identifiersIn, type Profile } from './profiles';

const ada: Profile = { givenName: 'Ada', familyName: 'Lovelace', phone: '+61400000001', language: 'en-AU' };

describe('changing a profile', () => {
  it('replaces what is told, removes what is null, keeps the rest', () =>
    expect(changeProfile(ada, { givenName: 'Augusta', phone: null, email: 'Ada@Example.com' })).toEqual({
      givenName: 'Augusta',
      familyName: 'Lovelace',
      language: 'en-AU',
      email: 'ada@example.com',
    }));

  it('brings phone and e-mail into their normal form', () =>
    expect(changeProfile({}, { phone: '+61 400 000 002', email: ' X@Y.Z ' })).toEqual({
      phone: '+61400000002',
      email: 'x@y.z',
    }));

  it('by nothing is the same profile', () => expect(changeProfile(ada, {})).toEqual(ada));
});

describe('what changed', () => {
  it('is named field by field', () =>
    expect(
      changedFields(ada, changeProfile(ada, { phone: null, givenName: 'Augusta', familyName: 'Lovelace' })),
    ).toEqual(['givenName', 'phone']));

  it('does not depend on the order of an address', () => {
    const before: Profile = { postalAddress: { city: 'Melbourne', postcode: '3000' } };
    expect(changedFields(before, { postalAddress: { postcode: '3000', city: 'Melbourne' } })).toEqual([]);
    expect(changedFields(before, { postalAddress: { postcode: '3001', city: 'Melbourne' } })).toEqual([
      'postalAddress',
    ]);
    expect(changedFields(before, { postalAddress: '3000 Melbourne' })).toEqual(['postalAddress']);
  });
});

it('a member is found by phone and e-mail', () => {
  expect(identifiersIn({ ...ada, email: 'ada@example.com' })).toEqual([
    { kind: 'phone', value: '+61400000001' },
    { kind: 'email', value: 'ada@example.com' },
  ]);
  expect(identifiersIn({ givenName: 'Ada' })).toEqual([]);
});

describe('the name to address a member by', () => {
  it.each<[Profile, string | undefined]>([
    [ada, 'Ada Lovelace'],
    [{ givenName: 'Ada' }, 'Ada'],
    [{ familyName: 'Lovelace' }, 'Lovelace'],
    [{ givenName: '雷', familyName: '李' }, '李雷'],
    [{ givenName: '철수', familyName: '김' }, '김철수'],
    [{ phone: '+61400000001' }, undefined],
  ])('%j is %j', (profile, name) => expect(displayNameOf(profile)).toBe(name));
});
