import type { Rulebooks } from './rulebook';

/** Where decisions downstream ask for the rules, before they decide. Rejects only when the log cannot be reached. */
export interface RulebookPort {
  /** Every version published so far, as of the last acknowledged publication. */
  rulebooks(): Promise<Rulebooks>;
}

/** The token under which the port is injected. */
export const RULEBOOKS = Symbol('RULEBOOKS');
