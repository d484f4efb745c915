import { isDeepStrictEqual } from 'node:util';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';

/** The data of events as once stored, by file name: `<Type>.<version>.json`. */
export type StoredExamples = Readonly<Record<string, Record<string, unknown>>>;

/**
 * What is wrong with an aggregate's stored examples: each version of each type, the present one included, has one, and
 * it decodes through the catalogue without losing anything. So a schema that changes without a new version is found.
 */
export const historyProblems = (catalogue: EventCatalogue, examples: StoredExamples): readonly string[] => {
  const wanted = catalogue
    .all()
    .flatMap(({ type, version }) => versions(version).map((each) => `${type}.${each}.json`));
  return [
    ...wanted.filter((name) => examples[name] === undefined).map((name) => `${name} is missing`),
    ...Object.entries(examples).flatMap(([name, data]) =>
      wanted.includes(name) ? decodingProblems(catalogue, name, data) : [`${name} is of no known event version`],
    ),
  ];
};

const versions = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

const decodingProblems = (
  catalogue: EventCatalogue,
  name: string,
  data: Record<string, unknown>,
): readonly string[] => {
  const [type = '', version = ''] = name.split('.');
  const lifted = catalogue.upcast(type, Number(version), data);
  const decoded = catalogue
    .all()
    .find((each) => each.type === type)
    ?.schema.safeParse(lifted);
  if (decoded?.success !== true) return [`${name} no longer decodes: ${decoded?.error.message ?? 'unknown type'}`];
  return isDeepStrictEqual(decoded.data, lifted) ? [] : [`${name} loses something when it is decoded`];
};
