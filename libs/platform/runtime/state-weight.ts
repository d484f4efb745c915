/** A state and what it weighs. */
export interface Weighed<S> {
  readonly state: S;
  /** Rough bytes in memory. */
  readonly bytes: number;
}

/** The entry of a state in a cache, what belongs to its stream, and the state itself without its contents. */
const base = 800;
/** A string, object or list without its contents. */
const header = 24;
const slot = 8;
/** The engine keeps one copy of texts up to this length for all who parse them. */
const longestShared = 10;
const lastLatin = 0xff;
const lastSmall = 0x7fff_ffff;

/** Rough bytes of a text. One of Chinese takes two bytes for each unit. What it ends with stands for all of it. */
export const bytesOfText = (text: string): number => {
  if (text.length <= longestShared) return slot;
  return header + text.length * (text.charCodeAt(text.length - 1) > lastLatin ? 2 : 1);
};

const isSmall = (number: number): boolean => Number.isInteger(number) && Math.abs(number) <= lastSmall;

/** Beside its slot. Numbers of a list are in their slots, however large. */
const bytesBehind = (value: unknown, inList: boolean): number => {
  if (typeof value === 'string') return bytesOfText(value);
  if (typeof value === 'number') return inList || isSmall(value) ? 0 : slot + slot;
  return typeof value === 'object' && value !== null ? bytesOf(value) : 0;
};

/** Rough bytes of plain data in memory, by the way V8 lays it out: right within a factor of two. */
const bytesOf = (value: object): number => {
  const inList = Array.isArray(value);
  const contents: readonly unknown[] = inList ? value : Object.values(value);
  let bytes = header + (inList ? header : 0);
  for (const each of contents) bytes += slot + bytesBehind(each, inList);
  return bytes;
};

/** How an item of a list is weighed. */
type Weigh = (item: unknown) => number;

const inItsSlot: Weigh = (item) => bytesBehind(item, true);

/** By how much a list has become heavier. Only what is not in both is looked at, but for one stretch in its midst. */
const growthOf = (before: readonly unknown[], now: readonly unknown[], weigh: Weigh): number => {
  let [from, wasTo, isTo] = [0, before.length, now.length];
  while (from < wasTo && from < isTo && before[from] === now[from]) from += 1;
  while (wasTo > from && isTo > from && before[wasTo - 1] === now[isTo - 1]) [wasTo, isTo] = [wasTo - 1, isTo - 1];
  let bytes = slot * (now.length - before.length);
  for (let index = from; index < isTo; index += 1) bytes += weigh(now[index]);
  for (let index = from; index < wasTo; index += 1) bytes -= weigh(before[index]);
  return bytes;
};

const none: readonly never[] = [];

const growthOfField = (before: unknown, now: unknown, weigh: Weigh): number => {
  if (before === now) return 0;
  if (!Array.isArray(now)) return bytesBehind(now, false) - bytesBehind(before, false);
  return Array.isArray(before) ? growthOf(before, now, weigh) : header + header + growthOf(none, now, weigh);
};

/** Rough bytes of the items of a state's lists, for those that come so often that looking at all of each takes too long. */
export type ItemWeights<S> = {
  readonly [Field in keyof S]?: S[Field] extends readonly (infer Item)[] ? (item: Item) => number : never;
};

/**
 * Rough bytes of states of plain data, whole numbers. Where it is known what another state of the same fields weighed,
 * mostly the one that this came from, only what differs between their fields and their lists is looked at.
 */
export const weigherOf =
  <S extends object>(items: ItemWeights<S> = {}) =>
  (state: S, before?: Weighed<S>): number => {
    const weights = items as { readonly [Field in keyof S]?: Weigh };
    let bytes = before?.bytes ?? base;
    for (const field in state) bytes += growthOfField(before?.state[field], state[field], weights[field] ?? inItsSlot);
    return bytes;
  };
