import { Controller, Get, Header, Inject, Module, type DynamicModule } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Metrics } from '#libs/platform/observability/metrics';
import { OpenToLoopback, Roles } from './route-rules';

const METRICS = Symbol('Metrics');

/** For monitoring. */
@ApiTags('Health')
@Controller('metrics')
class MetricsController {
  constructor(@Inject(METRICS) private readonly measured: Metrics) {}

  @ApiOperation({ summary: 'The program’s state in the Prometheus text format' })
  @OpenToLoopback()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Get()
  metrics(): Promise<string> {
    return this.measured.text();
  }
}

/** The route that monitoring reads: open to callers on this machine, to others with one of these roles. */
@Module({})
export class MetricsModule {
  static forRoot(measured: Metrics, roles: readonly string[]): DynamicModule {
    Roles(...roles)(MetricsController);
    return {
      module: MetricsModule,
      controllers: [MetricsController],
      providers: [{ provide: METRICS, useValue: measured }],
    };
  }
}
