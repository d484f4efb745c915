import type { LineFilter } from '../document/when';
import type { TicketLine } from '../occasion';

/** Whether a rule counts a line. */
export type LineMatch = (line: TicketLine) => boolean;

/** True when a line is what a list names; an attribute the line lacks matches no list. */
type Attribute = (line: TicketLine, names: ReadonlySet<string>) => boolean;

const sku: Attribute = (line, names) => names.has(line.sku);
const category: Attribute = (line, names) => line.category !== undefined && names.has(line.category);
const brand: Attribute = (line, names) => line.brand !== undefined && names.has(line.brand);
const label: Attribute = (line, names) => line.labels.some((each) => names.has(each));

const listed = (names: readonly string[] | undefined, attribute: Attribute): readonly LineMatch[] => {
  if (names === undefined) return [];
  const wanted = new Set(names);
  return [(line) => attribute(line, wanted)];
};

/** Turns a filter into a test of lines: every list of what it includes matches, no list of what it excludes does. */
export const lineMatchOf = (filter: LineFilter): LineMatch => {
  const included = [
    ...listed(filter.skus, sku),
    ...listed(filter.categories, category),
    ...listed(filter.brands, brand),
    ...listed(filter.labels, label),
  ];
  const excluded = [
    ...listed(filter.excludeSkus, sku),
    ...listed(filter.excludeCategories, category),
    ...listed(filter.excludeBrands, brand),
    ...listed(filter.excludeLabels, label),
  ];
  return (line) => included.every((test) => test(line)) && !excluded.some((test) => test(line));
};
