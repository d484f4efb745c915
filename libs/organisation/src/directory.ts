import { Inject, Injectable } from '@nestjs/common';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { Aggregate, CommandRunner } from '#libs/platform/runtime/command-runner';
import type { Store, StorePort, Till, TillPort } from './contract';
import type { StoreCommand } from './domain/store.commands';
import { CHAIN, storeDecider, storeIn, type Chain, type StoreRefusal } from './domain/store.decider';
import { storeEvents, type StoreEvent } from './domain/store.events';
import type { TillCommand } from './domain/till.commands';
import { tillDecider, tillStream, type TillContext, type TillRefusal, type TillState } from './domain/till.decider';
import { tillEvents, type TillEvent } from './domain/till.events';

export const storeAggregate: Aggregate<StoreCommand, Chain, StoreEvent, StoreRefusal, undefined> = {
  decider: storeDecider,
  catalogue: storeEvents,
};

export const tillAggregate: Aggregate<TillCommand, TillState, TillEvent, TillRefusal, TillContext> = {
  decider: tillDecider,
  catalogue: tillEvents,
};

/** Stores and tills for the contexts downstream, answered from the folds of their streams. */
@Injectable()
export class Directory implements StorePort, TillPort {
  constructor(@Inject(COMMAND_RUNNER) private readonly runner: CommandRunner) {}

  async store(storeId: string): Promise<Store | undefined> {
    const { state } = await this.runner.current(storeAggregate, CHAIN);
    return storeIn(state, storeId) as Store | undefined;
  }

  async stores(): Promise<readonly Store[]> {
    const { state } = await this.runner.current(storeAggregate, CHAIN);
    const byId = Object.values(state.stores) as Store[];
    return byId.sort((a, b) => (a.storeId < b.storeId ? -1 : 1));
  }

  async till(storeId: string, tillId: string): Promise<Till | undefined> {
    const { state } = await this.runner.current(tillAggregate, tillStream(storeId, tillId));
    return state.tokenHash === undefined ? undefined : { storeId, tillId };
  }
}
