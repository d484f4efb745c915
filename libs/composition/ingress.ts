import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { newTicket, PurchaseRequest } from '#libs/account/src/module';
import type { TicketIntake } from '#libs/platform/app/bus';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import { requestHash } from '#libs/platform/crypto/request-hash';
import type { Caller } from '#libs/platform/http/caller';
import { Problem } from '#libs/platform/http/problem';
import { inSpanOf, traceOnward } from '#libs/platform/observability/tracing';

/** Another system, as whoever lets it write to the topic trusts it: it may hand in tickets of every store. */
const systemCalled = (source: string): Caller => ({
  credential: `system:${source}`,
  roles: ['headOffice'],
  scope: 'all',
});

/**
 * How tickets from other systems are read and booked: the same schema, handler and rules as at a till. What a till would
 * be answered as a problem is a refusal here; only what is our own fault is thrown.
 */
export const ticketIntake = (app: INestApplicationContext, masterKey: MasterKey): TicketIntake<typeof newTicket> => {
  const commands = app.get(CommandBus);
  const hash = requestHash(masterKey.derive('request-hash'));
  return {
    schema: newTicket,
    dispatch: ({ source, idempotencyKey: key, ticket }, traceparent) => {
      const caller = systemCalled(source);
      const { credential } = caller;
      const idempotency = { credential, key, requestHash: hash('TICKET', source, ticket) };
      return inSpanOf(
        'ticket',
        () => ({ traceparent }),
        async () => {
          const meta = { correlationId: `${source}:${key}`, actor: credential, ...traceOnward() };
          try {
            return await commands.execute(new PurchaseRequest(ticket, { caller, idempotency, meta }));
          } catch (error) {
            if (!(error instanceof Problem) || error.status >= 500) throw error;
            return { kind: 'refused' as const, reason: error.code, detail: error.detail };
          }
        },
      );
    },
  };
};
