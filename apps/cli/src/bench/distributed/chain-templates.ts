import { streamKinds } from '#libs/composition/contexts';
import type { Config } from '#libs/platform/app/config';
import type { EventStore } from '#libs/platform/event-store/event-store';
import { inLanes } from '#libs/platform/runtime/dispatch';
import { ImportDesk } from '../../import/desk';
import { withWorkplace } from '../../workplace';
import { TicketMill } from '../ticket-mill';
import { WrongResult } from '../wrong-result';
import type { ChainWatch } from './chain-watch';
import { templatesFrom, type Template } from './template-accounts';

/** What members are made with. */
export interface TemplateNeeds {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly store: EventStore;
  readonly watch: ChainWatch;
}

const storeIds = ['S1', 'S2', 'S3', 'S4'];
const tillId = 'T0';
const dayMs = 86_400_000;

/** A few members with a few tickets each, by the commands of a till, taken in by the services that run meanwhile. */
export const makeTemplates = async (
  { config, signal, store, watch }: TemplateNeeds,
  { members, tickets }: { readonly members: number; readonly tickets: number },
): Promise<readonly Template[]> => {
  const memberIds = Array.from({ length: members }, (_, index) => `template${String(index).padStart(3, '0')}`);
  await withWorkplace({ config, signal }, async (workplace) => {
    const desk = new ImportDesk(workplace);
    const tills = storeIds.map((storeId) => ({ storeId, tillId }));
    const chain = { timeZone: 'Australia/Melbourne', currency: 'AUD', preset: 'auto-club' } as const;
    await desk.prepare({ ...chain, storeIds, tills }, Date.now());
    const occurredAt = new Date(Date.now() - dayMs).toISOString();
    for (const memberId of memberIds) await desk.enrol({ memberId, storeId: 'S1', occurredAt });
    await watch.takenIn();
    const mill = new TicketMill(1);
    const bodies = Array.from({ length: members * tickets }, (_, index) => ({
      ...mill.next({ storeId: storeIds[index % storeIds.length] ?? 'S1', tillId }, new Date()),
      memberId: memberIds[index % members] ?? '',
    }));
    const book = async (body: (typeof bodies)[number]): Promise<void> => {
      const { kind } = await desk.book(body);
      if (kind !== 'booked') throw new WrongResult(`a ticket was ${kind}.`);
    };
    await inLanes(bodies, ({ memberId }) => memberId, members, book);
  });
  await watch.takenIn();
  return templatesFrom(store, streamKinds, memberIds);
};
