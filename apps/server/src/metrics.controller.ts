import { Controller, Get, Header, Inject, Module, type DynamicModule } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OpenToLoopback, Roles } from '#libs/platform/http/route-rules';
import { operationsRoles } from '#libs/organisation/src/contract';
import { metricsText, type Gauges } from './metrics';

const GAUGES = Symbol('Gauges');

/** For monitoring. */
@ApiTags('Health')
@Controller('metrics')
class MetricsController {
  constructor(@Inject(GAUGES) private readonly gauges: Gauges) {}

  @ApiOperation({ summary: 'The program’s state in the Prometheus text format' })
  @Roles(...operationsRoles)
  @OpenToLoopback()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Get()
  metrics(): string {
    return metricsText(this.gauges, process);
  }
}

/** The route that monitoring reads. */
@Module({})
export class MetricsModule {
  static forRoot(gauges: Gauges): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [MetricsController],
      providers: [{ provide: GAUGES, useValue: gauges }],
    };
  }
}
