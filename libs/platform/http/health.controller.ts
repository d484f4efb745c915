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

  /** The store answers and what follows the log in this process is near its end, so requests can be served well. */
  @Get('ready')
  async ready(): Promise<object> {
    if (await this.readiness()) return { status: 'ready' };
    throw problem('unavailable', 503, 'The store does not answer, or what follows the log is far behind.', {
      retryAfterSeconds: 1,
    });
  }
}
