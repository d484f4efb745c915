import { Controller, Get, Inject, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { marketingRoles, readerRoles } from '#libs/organisation/src/contract';
import { fromNumberCursor, pageOf, type Page } from '#libs/platform/http/page';
import { CLOCK } from '#libs/platform/http/platform.module';
import { notFound, problem } from '#libs/platform/http/problem';
import { send, type Ready } from '#libs/platform/http/reply';
import { BodyOf, PathOf, QueryOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import type { Clock } from '#libs/platform/runtime/clock';
import type { ProgrammeDocument } from '../domain/document/document';
import { isPresetCode, presetCodes, presetDocument } from '../presets/presets';
import { ProgrammeRequest } from '../programme.handler';
import { ListVersions, ShowProgramme, type ProgrammeView, type VersionView } from './programme.query';
import { newVersion, programmeAt, versionNumber, versionsPage, type NewVersionBody } from './programme.schemas';

const refusals = { 'effective-in-the-past': 409 } as const;

/** A preset as the list shows it. */
interface PresetView {
  readonly code: string;
  readonly name: string;
}

/** The programme as everybody may read it. */
@ApiTags('Programme')
@Controller('v1/programme')
export class ProgrammeController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'The programme version in force, now or at another instant' })
  @Roles(...readerRoles)
  @Get()
  async inForce(@QueryOf(programmeAt) { asOf }: z.output<typeof programmeAt>): Promise<ProgrammeView> {
    const found = await this.queries.execute(new ShowProgramme({ at: asOf ?? this.clock.now() }));
    if (found === undefined) throw problem('programme-not-found', 404, 'No programme is in force at that instant.');
    return found;
  }

  @ApiOperation({ summary: 'Every version published so far, newest first' })
  @Roles(...readerRoles)
  @Get('versions')
  async versions(@QueryOf(versionsPage) page: z.output<typeof versionsPage>): Promise<Page<VersionView>> {
    const before = fromNumberCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
    const versions = await this.queries.execute(new ListVersions());
    const rows = versions.filter(({ version }) => version < before);
    return pageOf(rows.slice(0, page.limit + 1), page.limit, ({ version }) => String(version));
  }

  @ApiOperation({ summary: 'One version with its document' })
  @Roles(...readerRoles)
  @Get('versions/:version')
  async version(@PathOf('version', versionNumber) version: number): Promise<ProgrammeView> {
    const found = await this.queries.execute(new ShowProgramme({ version }));
    if (found === undefined) throw notFound('programme-version', String(version));
    return found;
  }

  @ApiOperation({ summary: 'Programmes to start from' })
  @Roles(...readerRoles)
  @Get('presets')
  presets(): Page<PresetView> {
    return { items: presetCodes.map((code) => ({ code, name: presetDocument(code).name })), nextCursor: null };
  }

  @ApiOperation({ summary: "A preset's document, to change and publish" })
  @Roles(...readerRoles)
  @Get('presets/:code')
  preset(@PathOf('code') code: string): ProgrammeDocument {
    if (!isPresetCode(code)) throw notFound('preset', code);
    return presetDocument(code);
  }
}

/** A new version of it. */
@ApiTags('Programme')
@Controller('v1/programme')
export class PublishingController {
  constructor(private readonly commands: CommandBus) {}

  @ApiOperation({ summary: 'Publish a version; the document is checked whole' })
  @Roles(...marketingRoles)
  @Post('versions')
  async publish(@BodyOf(newVersion) body: NewVersionBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    if (submission.caller.scope !== 'all')
      throw problem('out-of-scope', 403, 'A programme is for every store; this token reaches some of them only.');
    const command = { type: 'PublishProgramme', ...body } as const;
    return send(await this.commands.execute(new ProgrammeRequest(command, submission)), refusals);
  }
}
