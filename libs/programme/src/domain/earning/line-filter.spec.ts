import fc from 'fast-check';
import { line } from '../../testing/programmes';
import type { LineFilter } from '../document/when';
import { lineMatchOf } from './line-filter';

const oil = line(1, 100, { sku: 'OIL', category: 'oil', brand: 'X', labels: ['size=5l', 'colour=red'] });
const bare = line(2, 100, { sku: 'BARE' });

describe('a filter of lines', () => {
  it.each<[string, LineFilter, boolean, boolean]>([
    ['nothing', {}, true, true],
    ['a SKU', { skus: ['OIL'] }, true, false],
    ['any SKU of a list', { skus: ['BARE', 'OIL'] }, true, true],
    ['a category', { categories: ['oil'] }, true, false],
    ['a brand', { brands: ['X'] }, true, false],
    ['a label among several', { labels: ['colour=red'] }, true, false],
    ['a label in part', { labels: ['colour'] }, false, false],
    ['two lists that both match', { skus: ['OIL'], brands: ['X'] }, true, false],
    ['two lists of which one matches', { skus: ['OIL'], brands: ['Y'] }, false, false],
    ['an excluded SKU', { excludeSkus: ['OIL'] }, false, true],
    ['an excluded category', { excludeCategories: ['oil'] }, false, true],
    ['an excluded brand', { excludeBrands: ['X'] }, false, true],
    ['an excluded label', { excludeLabels: ['size=5l'] }, false, true],
    ['included and excluded at once', { skus: ['OIL'], excludeBrands: ['X'] }, false, false],
    ['empty exclusions', { excludeSkus: [], excludeLabels: [] }, true, true],
  ])('of %s', (_name, filter, matchesOil, matchesBare) => {
    const matches = lineMatchOf(filter);
    expect([matches(oil), matches(bare)]).toEqual([matchesOil, matchesBare]);
  });

  it('and the filter that excludes the same never both match', () =>
    fc.assert(
      fc.property(fc.subarray(['OIL', 'BARE', 'OTHER'], { minLength: 1 }), (skus) => {
        for (const each of [oil, bare]) {
          expect(lineMatchOf({ skus })(each)).toBe(!lineMatchOf({ excludeSkus: skus })(each));
        }
      }),
    ));
});
