import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { fold } from '#libs/platform/kernel/decider';
import {
  after,
  cardBlocked,
  cardIssued,
  consent,
  enrolled,
  erased,
  now,
  reinstated,
  suspended,
} from '../testing/member.fixtures';
import { memberDecider } from './member.decider';
import { memberEvents, type MemberEvent } from './member.events';

describe('the fold', () => {
  const anyFact = fc.constantFrom<MemberEvent>(
    enrolled(),
    cardIssued('C1'),
    cardBlocked('C1'),
    consent(true),
    consent(false),
    suspended,
    reinstated,
    { type: 'ProfileChanged', at: now, data: { profile: 'p', fields: ['phone'] } },
    { type: 'BirthdayReached', at: now, data: { year: 2026 } },
    erased,
  );

  it('gives the same from a snapshot at any place as from the start', () =>
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 20 }), fc.nat(20), (facts, cut) => {
        const snapshot = JSON.stringify(after(...facts.slice(0, cut)));
        expect(fold(memberDecider, JSON.parse(snapshot), facts.slice(cut))).toEqual(after(...facts));
      }),
    ));

  it('never leaves the erased state', () =>
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 10 }), (facts) => {
        expect(after(enrolled(), erased, ...facts)).toEqual(after(enrolled(), erased));
      }),
    ));

  it('reads every fact that its own decisions state', () => {
    const facts = [enrolled({ birthday: 's', referrerMemberId: 'M9' }), cardIssued('C1'), cardBlocked('C1')];
    const known = new Map(memberEvents.all().map((each) => [each.type, each.schema]));
    for (const fact of [...facts, consent(true, 'e'), consent(false), suspended, reinstated, erased])
      expect(known.get(fact.type)?.parse(fact.data)).toEqual(fact.data);
  });
});

describe('history', () => {
  const folder = join(__dirname, 'member.history');
  const stored = readdirSync(folder).map((file) => {
    const [type = '', version = ''] = file.split('.');
    const data = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
    return { type, version: Number(version), data };
  });

  it.each(memberEvents.all())('keeps every version of $type that was ever stored', ({ type, version }) => {
    const versions = stored.filter((each) => each.type === type).map((each) => each.version);
    expect(versions.sort()).toEqual(Array.from({ length: version }, (_, index) => index + 1));
  });

  it.each(stored)('still reads $type of version $version', ({ type, version, data }) => {
    const schema = memberEvents.all().find((each) => each.type === type)?.schema;
    const lifted = memberEvents.upcast(type, version, data);
    expect(schema?.parse(lifted)).toEqual(lifted);
  });
});
