import { Controller, HttpCode, Inject, Module, Post, type DynamicModule } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { headOfficeRoles } from '#libs/organisation/src/contract';
import { instant } from '#libs/platform/http/fields';
import { problem } from '#libs/platform/http/problem';
import { send, type Ready } from '#libs/platform/http/reply';
import { BodyOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import type { CommandRecord } from '#libs/platform/event-store/event-store';
import { toText, type Instant } from '#libs/platform/kernel/instant';
import type { VirtualClock } from '#libs/platform/runtime/clock';
import { replay } from '#libs/platform/runtime/idempotency';

/** Moves time forward: runs what falls due on the way and answers when everything has caught up. */
export interface TimeMachine {
  readonly clock: VirtualClock;
  moveTo(instant: Instant): Promise<void>;
}

const TIME_MACHINE = Symbol('TimeMachine');

const newNow = z.strictObject({ now: instant }).meta({ id: 'NewNow' });

/** For sandboxes and tests; there is no such route while the server runs on the machine's clock. */
@ApiTags('Sandbox')
@Controller('v1/clock')
class ClockController {
  /** Accepted moves by key: kept as long as the clock itself, which a restart sets back. */
  private readonly moves = new Map<string, CommandRecord>();

  constructor(@Inject(TIME_MACHINE) private readonly time: TimeMachine) {}

  @ApiOperation({ summary: 'Move the virtual clock forward' })
  @Roles(...headOfficeRoles)
  @HttpCode(200)
  @Post()
  async move(
    @BodyOf(newNow) { now }: z.output<typeof newNow>,
    @SubmissionOf() { idempotency }: Submission,
  ): Promise<Ready> {
    const { credential, key } = idempotency;
    const known = this.moves.get(`${credential} ${key}`);
    if (known !== undefined) return send(replay(known, idempotency), {});
    const present = this.time.clock.now();
    if (now < present) throw problem('clock-runs-forward', 409, `The clock stands at ${toText(present)} already.`);
    await this.time.moveTo(now);
    const move = { ...idempotency, status: 200, answer: JSON.stringify({ now: toText(now) }) };
    this.moves.set(`${credential} ${key}`, move);
    return send(replay(move, idempotency), {});
  }
}

/** The route that moves the virtual clock. */
@Module({})
export class VirtualClockModule {
  static forRoot(time: TimeMachine): DynamicModule {
    return {
      module: VirtualClockModule,
      controllers: [ClockController],
      providers: [{ provide: TIME_MACHINE, useValue: time }],
    };
  }
}
