import { problemsOf } from './cross-checks';
import { programmeDocumentForm } from './document';

/**
 * Parses a programme document and fills in the defaults. Every problem comes with its path; unknown keys are problems.
 * What one part says of another (wallets, tiers, ids, order of minimums) is checked once all parts have their form.
 */
export const programmeDocument = programmeDocumentForm.superRefine((document, context) => {
  for (const problem of problemsOf(document)) {
    context.addIssue({ code: 'custom', path: [...problem.path], message: problem.message });
  }
});
