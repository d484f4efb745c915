import { Module, type DynamicModule } from '@nestjs/common';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import type { CommandRunner } from '#libs/platform/runtime/command-runner';
import { RULEBOOKS } from './contract';
import { ProgrammeController } from './http/programme.controller';
import { ListVersionsHandler, ShowProgrammeHandler } from './http/programme.query';
import { ProgrammeHandler } from './programme.handler';
import { StreamRulebooks } from './stream-rulebooks';

export { ProgrammeRequest } from './programme.handler';
export { programmeStreams } from './streams';

/** The programme's versions, and the rulebooks that decisions downstream ask for. */
@Module({})
export class ProgrammeModule {
  static forRoot(): DynamicModule {
    return {
      module: ProgrammeModule,
      global: true,
      controllers: [ProgrammeController],
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
