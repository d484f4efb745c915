import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { DataSource } from 'typeorm';
import type { EventStore } from '#libs/platform/event-store/event-store';
import type { MasterKey } from '#libs/platform/crypto/master-key';
import type { Clock } from '#libs/platform/runtime/clock';
import type { CommandRunner } from '#libs/platform/runtime/command-runner';
import { RateLimits } from './rate-limit';

/** Injection tokens of what every context shares. */
export const EVENT_STORE = Symbol('EventStore');
export const COMMAND_RUNNER = Symbol('CommandRunner');
export const CLOCK = Symbol('Clock');
export const MASTER_KEY = Symbol('MasterKey');
/** The {@link DataSource} of tables outside the log (read models, wrapped keys), or null without a database. */
export const DATA_SOURCE = Symbol('DataSource');
export const READINESS = Symbol('Readiness');

/** True when the program can serve: its store answers, and what follows the log is not too far behind. */
export type Readiness = () => Promise<boolean>;

/** What an app hands to its contexts. */
export interface Platform {
  readonly store: EventStore;
  readonly runner: CommandRunner;
  readonly clock: Clock;
  readonly masterKey: MasterKey;
  /** Null when everything is in memory, as in fast tests. */
  readonly dataSource: DataSource | null;
  readonly ready: Readiness;
}

/** Makes the shared parts injectable everywhere, with the command and query buses. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(platform: Platform): DynamicModule {
    return {
      module: PlatformModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        RateLimits,
        { provide: EVENT_STORE, useValue: platform.store },
        { provide: COMMAND_RUNNER, useValue: platform.runner },
        { provide: CLOCK, useValue: platform.clock },
        { provide: MASTER_KEY, useValue: platform.masterKey },
        { provide: DATA_SOURCE, useValue: platform.dataSource },
        { provide: READINESS, useValue: platform.ready },
      ],
      exports: [RateLimits, EVENT_STORE, COMMAND_RUNNER, CLOCK, MASTER_KEY, DATA_SOURCE, READINESS, CqrsModule],
    };
  }
}
