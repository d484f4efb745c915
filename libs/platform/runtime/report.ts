/** Tells the operator what went wrong and was survived: one short event name in kebab-case, and its circumstances. */
export type Report = (problem: string, details: Readonly<Record<string, unknown>>) => void;

/** An error's own words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
