import type { Instant } from '#libs/platform/kernel/instant';
import type { ProgrammeDocument } from './document/document';
import { type EarningPlan, earningPlanOf } from './earning/earning-plan';

/** A programme version as it was published. `effectiveFrom` null: in force since ever. */
export interface ProgrammeVersion {
  readonly version: number;
  readonly effectiveFrom: Instant | null;
  /** Absent: known ever since. */
  readonly publishedAt?: Instant;
  readonly document: ProgrammeDocument;
}

/** A programme version made ready to be evaluated. */
export interface Rulebook extends ProgrammeVersion {
  readonly earning: EarningPlan;
}

/** Every version of the programme, by instant and by number. */
export interface Rulebooks {
  /** The version in force at an instant; `undefined` before the first one takes effect. */
  at(instant: Instant): Rulebook | undefined;
  version(version: number): Rulebook | undefined;
  /** True when another version takes effect after `after` and no later than `until`. */
  changesBetween(after: Instant, until: Instant): boolean;
  /** Every version that is ever in force, in order of taking effect. */
  readonly all: readonly Rulebook[];
  /** As they were known at an instant: without versions published later. By number, every one is found still. */
  knownAt(instant: Instant): Rulebooks;
}

const compiled = new WeakMap<ProgrammeVersion, Rulebook>();

/** Makes a version ready; the same version object is made ready once. */
export const rulebookOf = (version: ProgrammeVersion): Rulebook => {
  const known = compiled.get(version);
  if (known !== undefined) return known;
  const { document, effectiveFrom } = version;
  const rulebook = { version: version.version, effectiveFrom, document, earning: earningPlanOf(document) };
  compiled.set(version, rulebook);
  return rulebook;
};

const startOf = ({ effectiveFrom }: ProgrammeVersion): Instant => effectiveFrom ?? Number.NEGATIVE_INFINITY;

/** Versions in order of taking effect; of two from the same instant only the later one ever is in force. */
const inForce = (versions: readonly ProgrammeVersion[]): readonly ProgrammeVersion[] => {
  const latest = new Map<Instant, ProgrammeVersion>();
  for (const version of [...versions].sort((a, b) => a.version - b.version)) latest.set(startOf(version), version);
  return [...latest.values()].sort((a, b) => startOf(a) - startOf(b));
};

const isKnownAt = ({ publishedAt }: ProgrammeVersion, instant: Instant): boolean =>
  publishedAt === undefined || publishedAt <= instant;

/** The rulebooks of the versions published so far. */
export const rulebooksOf = (versions: readonly ProgrammeVersion[]): Rulebooks => {
  const all = inForce(versions).map(rulebookOf);
  const version = (wanted: number): Rulebook | undefined => {
    const found = versions.find((each) => each.version === wanted);
    return found && rulebookOf(found);
  };
  const whole: Rulebooks = {
    all,
    at: (instant) => all.findLast((each) => startOf(each) <= instant),
    version,
    changesBetween: (after, until) => all.some((each) => startOf(each) > after && startOf(each) <= until),
    knownAt: (instant) => {
      const then = versions.filter((each) => isKnownAt(each, instant));
      return then.length === versions.length ? whole : { ...rulebooksOf(then), version };
    },
  };
  return whole;
};
