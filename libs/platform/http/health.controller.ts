import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { READINESS, type Readiness } from './platform.module';
import { problem } from './problem';
import { Open } from './route-rules';

/** For supervisors and load balancers. */
@ApiTags('Health')
@Open()
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  /** The process runs. */
  @Get('live')
  live(): object {
    return { status: 'live' };
  }

  /** The store answers, so requests can be served. */
  @Get('ready')
  async ready(): Promise<object> {
    if (await this.readiness()) return { status: 'ready' };
    throw problem('unavailable', 503, 'The store does not answer yet.', { retryAfterSeconds: 1 });
  }
}
