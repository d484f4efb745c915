import type { ProgrammeDraft } from '../domain/document/document';
import { assess } from '../domain/earning/assess';
import type { Assessment, Occasion, Standing } from '../domain/occasion';
import { line, purchase, type RuleDraft, rulebookWith, standing } from './programmes';

/** A ticket of $10 of oil and $9 of parts. */
export const oilAndParts = purchase([line(1, 1000, { category: 'oil' }), line(2, 900, { category: 'parts' })]);

/** What rules give for a ticket of oil and parts, or for another occasion. */
export const give = (
  rules: readonly RuleDraft[],
  changes: Partial<ProgrammeDraft> = {},
  event: Occasion = oilAndParts,
  member: Partial<Standing> = {},
): Assessment => assess(rulebookWith({ earningRules: [...rules], ...changes }), event, standing(member));

/** `rule: points`, in order. */
export const given = ({ awards }: Assessment): readonly string[] =>
  awards.map(({ rule, points }) => `${rule}: ${points}`);

/** `rule: reason` of each that gave nothing. */
export const passedOver = ({ notEarned }: Assessment): readonly string[] =>
  notEarned.map(({ rule, because }) => `${rule}: ${because}`);
