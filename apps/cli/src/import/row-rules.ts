import { z } from 'zod';
import { newTicket } from '#libs/account/src/module';
import { newMember } from '#libs/members/src/module';
import { instant } from '#libs/platform/http/fields';
import { toText } from '#libs/platform/kernel/instant';
import type { ImportedTicketBody, TicketRow } from './imported-ticket';

const { storeId, tillId, ticketNo, lines } = newTicket.shape;

/** What enrolment and `POST /v1/purchases` ask of the texts and amounts of one row, so that each can be served later. */
const rowRules = z.object({
  ...{ memberId: newMember.shape.memberId, storeId, tillId, ticketNo },
  occurredAt: z.number().transform(toText).pipe(instant),
  line: lines.element.omit({ lineNo: true }),
});

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key], value);

const told = (value: unknown, { issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => {
      const found = valueAt(value, path);
      const shown = typeof found === 'object' ? '' : ` ${JSON.stringify(found)}`;
      return `${path.join('.')}${shown}: ${message}`;
    })
    .join('; ');

/** Why no till could send this row's texts; `undefined` when one could. */
export const rowRefusal = (row: Omit<TicketRow, 'row'>): string | undefined => {
  const checked = rowRules.safeParse(row);
  return checked.success ? undefined : told({ ...row, occurredAt: toText(row.occurredAt) }, checked.error);
};

/** The same for a whole ticket: as `POST /v1/purchases` sees it. */
export const ticketRefusal = (body: ImportedTicketBody): string | undefined => {
  const checked = newTicket.safeParse(body);
  return checked.success ? undefined : told(body, checked.error);
};
