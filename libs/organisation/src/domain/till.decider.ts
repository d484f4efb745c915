import { accept, refuse, type Decider, type Decision } from '#libs/platform/kernel/decider';
import type { TillCommand } from './till.commands';
import type { TillEvent } from './till.events';

export type TillRefusal = 'store-not-found' | 'till-not-found';

/** A till. Without a token hash it is not registered. */
export interface TillState {
  readonly tokenHash?: string;
}

/** The id of a till's stream. Identifiers hold no slash, so that two tills never share one. */
export const tillStream = (storeId: string, tillId: string): string => `${storeId}/${tillId}`;

/** Whether the till's store is open. */
export interface TillContext {
  readonly storeOpen: boolean;
}

const decide = (
  command: TillCommand,
  state: TillState,
  { storeOpen }: TillContext,
): Decision<TillEvent, TillRefusal> => {
  const { at, storeId, tillId, tokenHash } = command;
  if (!storeOpen) return refuse('store-not-found', `There is no store ${storeId}.`);
  const registered = state.tokenHash !== undefined;
  switch (command.type) {
    case 'RegisterTill':
      return registered ? accept() : accept({ type: 'TillRegistered', at, data: { storeId, tillId, tokenHash } });
    case 'IssueTillToken':
      return registered
        ? accept({ type: 'TillTokenIssued', at, data: { storeId, tillId, tokenHash } })
        : refuse('till-not-found', `Store ${storeId} has no till ${tillId}.`);
  }
};

export const tillDecider: Decider<TillCommand, TillState, TillEvent, TillRefusal, TillContext> = {
  category: 'till',
  foldVersion: 1,
  initial: () => ({}),
  decide,
  evolve: (_, { data }) => ({ tokenHash: data.tokenHash }),
};
