import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { allDesks, servedAt, type Desk } from '#libs/organisation/src/contract';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { CommandRunner } from '#libs/platform/runtime/command-runner';
import { RULEBOOKS } from './contract';
import { ProgrammeController, PublishingController } from './http/programme.controller';
import { ListVersionsHandler, ShowProgrammeHandler } from './http/programme.query';
import { ProgrammeHandler } from './programme.handler';
import { StreamRulebooks } from './stream-rulebooks';

export { ProgrammeRequest } from './programme.handler';
export { programmeStreams } from './streams';

/** The programme's versions, and the rulebooks that decisions downstream ask for. */
@Module({})
export class ProgrammeModule {
  /** @param desks whose routes are served; publishing happens in the office, reading everywhere */
  static forRoot(desks: readonly Desk[] = allDesks): DynamicModule {
    return {
      module: ProgrammeModule,
      global: true,
      controllers: servedAt<Type>(desks, {
        till: [ProgrammeController],
        office: [ProgrammeController, PublishingController],
      }),
      providers: [
        ProgrammeHandler,
        ListVersionsHandler,
        ShowProgrammeHandler,
        {
          provide: RULEBOOKS,
          inject: [COMMAND_RUNNER],
          useFactory: (runner: CommandRunner) => new StreamRulebooks(runner),
        },
      ],
      exports: [RULEBOOKS],
    };
  }
}
