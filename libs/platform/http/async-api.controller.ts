import { Controller, Get, Inject, Module, type DynamicModule } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Open } from './route-rules';

const ASYNC_API = Symbol('AsyncApi');

/** What goes over the bus, for those who read it or hand something in. */
@ApiTags('Documentation')
@Open()
@Controller('docs/asyncapi.json')
class AsyncApiController {
  constructor(@Inject(ASYNC_API) private readonly document: object) {}

  @ApiOperation({ summary: 'The AsyncAPI document of every topic' })
  @Get()
  show(): object {
    return this.document;
  }
}

/** The route of the document of all topics. */
@Module({})
export class AsyncApiModule {
  static forRoot(document: object): DynamicModule {
    return {
      module: AsyncApiModule,
      controllers: [AsyncApiController],
      providers: [{ provide: ASYNC_API, useValue: document }],
    };
  }
}
