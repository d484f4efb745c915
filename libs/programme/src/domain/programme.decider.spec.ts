import { accept, fold, refuse } from '#libs/platform/kernel/decider';
import { at, documentWith } from '../testing/programmes';
import type { PublishProgramme } from './programme.commands';
import { type Programme, programmeDecider, programmeId, rulebooks } from './programme.decider';
import type { ProgrammePublished } from './programme.events';

const now = at('2026-03-05T12:00:00+11:00');
const document = documentWith();
const publish = (effectiveFrom?: number): PublishProgramme => ({
  type: 'PublishProgramme',
  document,
  note: 'as agreed',
  ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
});
const published = (version: number, effectiveFrom: number | null, publishedAt = now): ProgrammePublished => ({
  type: 'ProgrammePublished',
  at: publishedAt,
  data: { version, document, effectiveFrom, note: 'as agreed', publishedAt },
});
const given = (...events: readonly ProgrammePublished[]): Programme =>
  fold(programmeDecider, programmeDecider.initial(programmeId), events);
const decide = (state: Programme, command: PublishProgramme) => programmeDecider.decide(command, state, { now });

describe('the first version', () => {
  it('covers everything earlier when it names no beginning', () =>
    expect(decide(given(), publish())).toEqual(accept(published(1, null))));
  it.each([now - 1e10, now, now + 1e10])('may begin at any instant: %d', (from) =>
    expect(decide(given(), publish(from))).toEqual(accept(published(1, from))),
  );
});

describe('a later version', () => {
  const state = given(published(1, null, now - 1000));
  it('takes effect now when it names no beginning', () =>
    expect(decide(state, publish())).toEqual(accept(published(2, now))));
  it('may take effect now or later', () => {
    expect(decide(state, publish(now))).toEqual(accept(published(2, now)));
    expect(decide(state, publish(now + 1))).toEqual(accept(published(2, now + 1)));
  });
  it('may not rewrite the past', () =>
    expect(decide(state, publish(now - 1))).toEqual(
      refuse('effective-in-the-past', 'Only the first version of a programme may take effect in the past.'),
    ));
  it('is counted after all others, whenever they take effect', () =>
    expect(decide(given(published(1, null), published(2, now + 5000)), publish())).toEqual(accept(published(3, now))));
});

describe('the rulebooks of a programme', () => {
  const state = given(published(1, null), published(2, now + 2000), published(3, now + 1000), published(4, now + 2000));
  const books = rulebooks(state);
  const inForce = (instant: number): number | undefined => books.at(instant)?.version;

  it('answer the version in force; of two from the same instant the later one', () =>
    expect([0, now + 999, now + 1000, now + 1999, now + 2000, now + 1e12].map(inForce)).toEqual([1, 1, 3, 3, 4, 4]));
  it('answer every version by its number', () => {
    expect([1, 2, 3, 4].map((version) => books.version(version)?.version)).toEqual([1, 2, 3, 4]);
    expect(books.version(5)).toBeUndefined();
  });
  it('list in order those that are ever in force', () =>
    expect(books.all.map(({ version }) => version)).toEqual([1, 3, 4]));
  it('tell whether a version takes effect in a stretch of time, its end included', () => {
    expect(books.changesBetween(now, now + 999)).toBe(false);
    expect(books.changesBetween(now, now + 1000)).toBe(true);
    expect(books.changesBetween(now + 1000, now + 1999)).toBe(false);
    expect(books.changesBetween(-Infinity, now)).toBe(false);
  });
  it('are those that were published by then, where that is asked', () => {
    const versions = [1, 2, 3].map((version) => ({ ...published(version, version * 10).data, publishedAt: version }));
    const known = rulebooks({ versions });
    expect([0, 1, 2, 3].map((at) => known.knownAt(at).all.map(({ version }) => version))).toEqual([
      [],
      [1],
      [1, 2],
      [1, 2, 3],
    ]);
    expect(known.knownAt(2).at(30)).toBe(known.version(2));
    expect(known.knownAt(2).version(3)).toBe(known.version(3));
    expect(known.knownAt(3)).toBe(known);
  });
  it('are made ready once', () => {
    expect(rulebooks(state)).toBe(books);
    expect(books.at(now)).toBe(books.version(1));
    const next = programmeDecider.evolve(state, published(5, now + 9000));
    expect(rulebooks(next).version(1)).toBe(books.version(1));
  });
  it('are none before the first version takes effect', () => {
    expect(rulebooks(given()).at(now)).toBeUndefined();
    expect(rulebooks(given(published(1, now))).at(now - 1)).toBeUndefined();
  });
});
