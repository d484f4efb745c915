import fc from 'fast-check';
import { baskets, documents, members } from '../../testing/arbitraries';
import { noon, purchase, standing } from '../../testing/programmes';
import { programmeDocument } from '../document/checked-document';
import type { ProgrammeDocument } from '../document/document';
import type { Assessment, Basket, Standing } from '../occasion';
import { type Rulebook, rulebookOf } from '../rulebook';
import { assess, limitWindows } from './assess';

const rulebook = (document: ProgrammeDocument): Rulebook => rulebookOf({ version: 1, effectiveFrom: null, document });
const run = (document: ProgrammeDocument, basket: Basket, member: Standing): Assessment =>
  assess(rulebook(document), purchase(basket), member);
const runs = { numRuns: 200 };

describe('whatever the rules, the ticket and the member', () => {
  it('awards are positive whole numbers and their shares add up', () =>
    fc.assert(
      fc.property(documents, baskets, members, (document, basket, member) => {
        for (const award of run(document, basket, member).awards) {
          expect(Number.isSafeInteger(award.points) && award.points > 0).toBe(true);
          const shares = award.lines.map((share) => share.points);
          expect(shares.every((share) => share > 0)).toBe(true);
          if (shares.length > 0) expect(shares.reduce((sum, share) => sum + share, 0)).toBe(award.points);
        }
      }),
      runs,
    ));

  it('every rule either gives, raises what another gives, or is told why not, once', () =>
    fc.assert(
      fc.property(documents, baskets, members, (document, basket, member) => {
        const { awards, notEarned } = run(document, basket, member);
        const told = [
          ...new Set(awards.flatMap((award) => [award.rule, ...award.multipliers.map((each) => each.rule)])),
          ...notEarned.map((each) => each.rule),
        ];
        expect(told.sort()).toEqual(document.earningRules.map((rule) => rule.id).sort());
      }),
      runs,
    ));

  it('no limit is exceeded, and every cut is recorded', () =>
    fc.assert(
      fc.property(documents, baskets, members, (document, basket, member) => {
        const { awards } = run(document, basket, member);
        for (const rule of document.earningRules) {
          const given = awards.filter((award) => award.rule === rule.id).reduce((sum, award) => sum + award.points, 0);
          for (const limit of rule.limits) {
            if (rule.phase === 'multiply' || given === 0) continue;
            expect(given).toBeLessThanOrEqual(limit.points - (member.used[`${rule.id}/${limit.id}`] ?? 0));
          }
        }
        for (const { points: left, multipliers, clips } of awards) {
          const cut = clips.reduce((sum, clip) => sum + clip.wouldBe - clip.given, 0);
          const added = multipliers.reduce((sum, each) => sum + each.points, 0);
          expect(left + cut - added).toBeGreaterThanOrEqual(0);
          expect(clips.every((clip) => clip.given < clip.wouldBe)).toBe(true);
        }
      }),
      runs,
    ));

  it('the order in which lines were scanned and rules were written does not matter', () =>
    fc.assert(
      fc.property(documents, baskets, members, (document, basket, member) => {
        const backward = { ...document, earningRules: [...document.earningRules].reverse() };
        const scanned = { ...basket, lines: [...basket.lines].reverse() };
        const [a, b] = [run(document, basket, member), run(backward, scanned, member)];
        expect(b.awards).toEqual(a.awards);
        expect(b.qualifyingMinor).toBe(a.qualifyingMinor);
      }),
      runs,
    ));

  it('asked again, or after the document was stored and read, the answer is the same', () =>
    fc.assert(
      fc.property(documents, baskets, members, (document, basket, member) => {
        const stored: unknown = JSON.parse(JSON.stringify(document));
        const read = programmeDocument.parse(stored);
        expect(read).toEqual(document);
        const first = run(document, basket, member);
        expect(run(document, basket, member)).toEqual(first);
        expect(run(read, basket, member)).toEqual(first);
      }),
      runs,
    ));

  it('what counts toward a tier is the bill less what points paid, before exclusions', () =>
    fc.assert(
      fc.property(documents, baskets, (document, basket) => {
        const { qualifyingMinor } = run(document, basket, standing());
        const lines = basket.lines.reduce((sum, each) => sum + each.grossMinor - each.discountMinor, 0);
        const bill = lines - basket.ticketDiscountMinor;
        expect(qualifyingMinor).toBeLessThanOrEqual(bill);
        if (document.earning.basis === 'gross' && document.earning.pointsTenderEarns)
          expect(qualifyingMinor).toBe(bill);
      }),
      runs,
    ));

  it('every limit with a window contains the occasion', () =>
    fc.assert(
      fc.property(documents, baskets, (document, basket) => {
        for (const window of limitWindows(rulebook(document), purchase(basket))) {
          expect(window.from).toBeLessThanOrEqual(noon);
          expect(window.to).toBeGreaterThan(noon);
        }
      }),
      { numRuns: 50 },
    ));
});
