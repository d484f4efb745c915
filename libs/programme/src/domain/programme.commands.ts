import type { Instant } from '#libs/platform/kernel/instant';
import type { ProgrammeDocument } from './document/document';

/** Publishes a document, already parsed whole, as the next version. */
export interface PublishProgramme {
  readonly type: 'PublishProgramme';
  readonly document: ProgrammeDocument;
  /**
   * Left out: from now on; for the first version, since ever. Only the first version may lie in the past, for tickets
   * sold before this system knew of them.
   */
  readonly effectiveFrom?: Instant;
  readonly note: string;
}

export type ProgrammeCommand = PublishProgramme;

/** Why a programme was not published: `effective-in-the-past`. */
export type ProgrammeRefusal = 'effective-in-the-past';

/** What publishing needs from outside. */
export interface ProgrammeContext {
  readonly now: Instant;
}
