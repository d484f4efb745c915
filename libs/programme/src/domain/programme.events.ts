import { z } from 'zod';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import { programmeDocumentForm } from './document/document';

/**
 * The schema of `ProgrammePublished`. It asks for the document's form only: whether its parts fit together was checked
 * when it was published, and a later, stricter check must not make history unreadable.
 */
export const programmePublished = z.strictObject({
  /** 1 for the first, then counted up. */
  version: z.int().min(1),
  document: programmeDocumentForm,
  /** Null: in force since ever; only the first version may be. */
  effectiveFrom: z.int().nullable(),
  note: z.string(),
  publishedAt: z.int(),
});

/** A version of the programme was published. It stays for ever: what was sold under it is explained by it. */
export interface ProgrammePublished {
  readonly type: 'ProgrammePublished';
  readonly at: Instant;
  readonly data: z.output<typeof programmePublished>;
}

export type ProgrammeEvent = ProgrammePublished;

/** Every type of event of the category `programme`. */
export const programmeEvents = new EventCatalogue([eventType('ProgrammePublished', programmePublished)]);
