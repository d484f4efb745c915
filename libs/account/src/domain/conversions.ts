import type { Instant } from '#libs/platform/kernel/instant';
import { type Conversion, lotTerms, mostPoints, type Rulebook, type Rulebooks } from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { Account, Slice } from './account.state';
import type { Draft } from './draft';
import type { Ordinal } from './fact';
import { balanceOf, spendable, take } from './lots';
import { walletRules } from './earning';

/** Points ready to become another wallet's: which conversion, how many times, when. */
export interface Convertible {
  readonly at: Instant;
  readonly rulebook: Rulebook;
  readonly conversion: Conversion;
  readonly times: number;
  /** The id of the lot to make. */
  readonly lotId: string;
  readonly ordinal?: Ordinal;
}

/** The instants up to `until` at which the points of a wallet can have grown since the last fact. */
const growths = (account: Account, wallet: string, until: Instant): readonly Instant[] => {
  const activations = account.lots
    .filter((lot) => lot.wallet === wallet && lot.remaining > 0)
    .map((lot) => lot.activeFrom ?? Number.MAX_SAFE_INTEGER);
  const lapses = account.holds.filter((hold) => hold.status === 'held').map((hold) => hold.until);
  const later = [...activations, ...lapses].filter((at) => at > account.latest && at <= until);
  return [Math.min(account.latest, until), ...later.sort((a, b) => a - b)];
};

/** The versions that convert by themselves, and the wallets they convert: looked for once, since most have none. */
interface Automatic {
  readonly versions: readonly Rulebook[];
  readonly wallets: readonly string[];
}

const automaticBy = new WeakMap<Rulebooks, Automatic>();

const automaticOf = ({ document }: Rulebook): readonly Conversion[] =>
  document.conversions.filter((each) => each.mode === 'automatic');

const automaticIn = (rulebooks: Rulebooks): Automatic => {
  const known = automaticBy.get(rulebooks);
  if (known !== undefined) return known;
  const versions = rulebooks.all.filter((each) => automaticOf(each).length > 0);
  const wallets = versions.flatMap((each) => automaticOf(each).map(({ from }) => from.wallet));
  const found = { versions, wallets: [...new Set(wallets)] };
  automaticBy.set(rulebooks, found);
  return found;
};

/** When points can have come within reach of a conversion: they grew, or a version with one took effect. In order. */
const occasionsFor = (account: Account, { versions, wallets }: Automatic, until: Instant): readonly Instant[] => {
  const grown = wallets.flatMap((wallet) => growths(account, wallet, until));
  const begun = versions.map(({ effectiveFrom }) => effectiveFrom ?? Number.NEGATIVE_INFINITY);
  const later = begun.filter((at) => at > account.latest && at <= until);
  return [...new Set([...grown, ...later])].sort((a, b) => a - b);
};

/**
 * The first automatic conversion that is due up to and including `until`, by the version in force when it is: looking
 * later finds the same ones. Of several at one instant the document's first goes first.
 */
export const convertible = (account: Account, rulebooks: Rulebooks, until: Instant): Convertible | undefined => {
  const automatic = automaticIn(rulebooks);
  if (automatic.versions.length === 0) return undefined;
  for (const at of occasionsFor(account, automatic, until)) {
    const rulebook = rulebooks.at(at);
    if (rulebook === undefined) continue;
    for (const conversion of automaticOf(rulebook)) {
      const times = Math.floor(balanceOf(account, conversion.from.wallet, at).available / conversion.from.units);
      const lotId = `conversion.${conversion.id}.${account.lots.length + 1}`;
      if (times > 0) return { at, rulebook, conversion, times, lotId, ordinal: 2 };
    }
  }
  return undefined;
};

/**
 * The store that issued all of these points, if it was one: points that convert by themselves stay its own, wherever
 * the member happened to be when somebody looked.
 */
const onlyStoreOf = (slices: readonly Slice[]): string | undefined => {
  const [first, ...others] = new Set(slices.map(({ issuingStore }) => issuingStore));
  return others.length === 0 ? first : undefined;
};

/** States a conversion: the points that leave, and the lot that they become. The points must be there. */
export const convert = (draft: Draft, context: AccountContext, wanted: Convertible): void => {
  const { at, rulebook, conversion, times, lotId } = wanted;
  const ordinal = wanted.ordinal === undefined ? {} : { ordinal: wanted.ordinal };
  const points = conversion.from.units * times;
  const target = walletRules(rulebook, conversion.to.wallet);
  if (target === undefined) return;
  const slices = take(spendable(draft.account, conversion.from.wallet, at), points);
  draft.state({
    type: 'PointsConverted',
    at,
    data: {
      conversionId: conversion.id,
      programmeVersion: rulebook.version,
      times,
      wallet: conversion.from.wallet,
      points,
      slices,
      lotId,
      ...ordinal,
    },
  });
  const issuingStore = wanted.ordinal === undefined ? context.store?.storeId : onlyStoreOf(slices);
  const store = issuingStore === undefined ? {} : { issuingStore };
  draft.state({
    type: 'PointsEarned',
    at,
    data: {
      lotId,
      wallet: conversion.to.wallet,
      // As no award does, no conversion makes more: what is beyond is beyond the whole numbers that are exact.
      points: Math.min(conversion.to.units * times, mostPoints),
      cause: { kind: 'conversion', conversionId: conversion.id, version: rulebook.version },
      lines: [],
      counts: {},
      ...store,
      ...lotTerms({ ...target, pending: { mode: 'immediate' } }, rulebook.document.timeZone, at),
      inputs: { points },
      ...ordinal,
    },
  });
};
