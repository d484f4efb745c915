import { Controller, Get, Inject, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { requireReach, type Caller } from '#libs/platform/http/caller';
import { nothing } from '#libs/platform/http/fields';
import { pageQuery, type Page } from '#libs/platform/http/page';
import { CLOCK } from '#libs/platform/http/platform.module';
import { ready, send, type Ready } from '#libs/platform/http/reply';
import { BodyOf, CallerOf, PathOf, QueryOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Answers } from '#libs/platform/http/route-answers';
import { Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import { headOfficeRoles, readerRoles, type Store } from '../contract';
import { StoreRequest } from '../stores.handler';
import { TillRequest, type TillOutcome } from '../tills.handler';
import { newStore, newTill, type NewStoreBody, type NewTillBody } from './organisation.schemas';
import { ListStores } from './stores.query';

const storeRefusals = { 'store-differs': 409 } as const;
const tillRefusals = { 'store-not-found': 404, 'till-not-found': 404 } as const;

@ApiTags('Organisation')
@Controller('v1/stores')
export class StoresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'Open a store' })
  @Answers({ 200: 'Open already, with the same particulars.', 201: 'Opened.' })
  @Roles(...headOfficeRoles)
  @Post()
  async open(@BodyOf(newStore) store: NewStoreBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    requireReach(submission.caller, store.storeId);
    const command = { type: 'OpenStore', at: this.clock.now(), store } as const;
    return send(await this.commands.execute(new StoreRequest(command, submission)), storeRefusals);
  }

  @ApiOperation({ summary: 'The stores within reach, by id' })
  @Roles(...readerRoles)
  @Get()
  list(@QueryOf(pageQuery) query: z.output<typeof pageQuery>, @CallerOf() caller: Caller): Promise<Page<Store>> {
    return this.queries.execute(new ListStores(caller, query));
  }

  @ApiOperation({ summary: 'Register a till; its token is shown once' })
  @Answers({ 200: 'Registered already: `token` is null.', 201: 'Registered.' })
  @Roles(...headOfficeRoles)
  @Post(':storeId/tills')
  async register(
    @PathOf('storeId') storeId: string,
    @BodyOf(newTill) { tillId }: NewTillBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const till = { storeId, tillId };
    return tillReply(tillId, await this.commands.execute(new TillRequest('RegisterTill', till, submission)));
  }

  @ApiOperation({ summary: 'Issue a new token for a till and end the old' })
  @Roles(...headOfficeRoles)
  @Post(':storeId/tills/:tillId/token')
  async issue(
    @PathOf('storeId') storeId: string,
    @PathOf('tillId') tillId: string,
    @BodyOf(nothing) _: object,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const till = { storeId, tillId };
    return tillReply(tillId, await this.commands.execute(new TillRequest('IssueTillToken', till, submission)));
  }
}

/** The stored answer holds no token; the reply to the very request that began one does. */
const tillReply = (tillId: string, { outcome, token }: TillOutcome): Ready => {
  const stored = send(outcome, tillRefusals);
  return token === null ? stored : ready({ status: stored.status, body: { tillId, token } });
};
