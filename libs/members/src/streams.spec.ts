import { categoryOf } from '#libs/platform/kernel/decider';
import { factsOf } from './testing/member.facts';
import { after, cardIssued, enrolled, erased } from './testing/member.fixtures';
import { memberStreams } from './streams';

const member = memberStreams.find((kind) => kind.category === 'member');

describe('the streams of members', () => {
  it('are found by the category of what they say', () =>
    expect(factsOf('M1', enrolled()).map((fact) => categoryOf(fact.streamId))).toEqual([member?.category]));

  it.each([
    ['nobody', after(), { kept: [], destroyed: [] }],
    ['a member', after(enrolled(), cardIssued('C1')), { kept: ['K1'], destroyed: [] }],
    ['an erased member', after(enrolled(), erased), { kept: [], destroyed: ['K1'] }],
  ])('of %s need the right keys', (_, state, keys) => expect(member?.keysOf?.(state)).toEqual(keys));

  it('show no claims: those who read the log learn no identifier', () => expect(member?.claims).toBeUndefined());
});
