import { z } from 'zod';
import { instant } from '#libs/platform/http/fields';
import { pageFields } from '#libs/platform/http/page';
import { programmeDocument } from '../domain/document/checked-document';

export const newVersion = z
  .strictObject({
    document: programmeDocument,
    effectiveFrom: instant.exactOptional(),
    note: z.string().max(2_000).default(''),
  })
  .meta({ id: 'NewProgrammeVersion' });

export const programmeAt = z.strictObject({ asOf: instant.optional() });

export const versionsPage = z.strictObject(pageFields);

/** The number of a version, as it stands in a path. */
export const versionNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'Must be the number of a version')
  .transform(Number);

export type NewVersionBody = z.output<typeof newVersion>;
