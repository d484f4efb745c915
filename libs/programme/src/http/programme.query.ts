import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import { toText, type Instant } from '#libs/platform/kernel/instant';
import type { CommandRunner } from '#libs/platform/runtime/command-runner';
import { programmeId, rulebooks, type Programme } from '../domain/programme.decider';
import { programmeAggregate } from '../stream-rulebooks';

type Published = Programme['versions'][number];

/** A version as the list of versions shows it. */
export interface VersionView {
  readonly version: number;
  /** RFC 3339. The first version may cover everything earlier as well. */
  readonly effectiveFrom: string;
  readonly coversEarlier: boolean;
  readonly name: string;
  readonly note: string;
  readonly publishedAt: string;
}

/** A version with its document. */
export interface ProgrammeView extends VersionView {
  readonly document: Published['document'];
}

/** A version without its document. */
export const versionView = ({ version, effectiveFrom, publishedAt, note, document }: Published): VersionView => ({
  version,
  effectiveFrom: toText(effectiveFrom ?? publishedAt),
  coversEarlier: effectiveFrom === null,
  name: document.name,
  note,
  publishedAt: toText(publishedAt),
});

const withDocument = (published: Published): ProgrammeView => ({
  ...versionView(published),
  document: published.document,
});

/** Every version published so far, the newest first, each acknowledged publication included. */
export class ListVersions extends Query<readonly VersionView[]> {}

@QueryHandler(ListVersions)
export class ListVersionsHandler implements IQueryHandler<ListVersions> {
  constructor(@Inject(COMMAND_RUNNER) private readonly runner: CommandRunner) {}

  async execute(): Promise<readonly VersionView[]> {
    const { state } = await this.runner.current(programmeAggregate, programmeId);
    return state.versions.map(versionView).reverse();
  }
}

/** The version of a number, or the one in force at an instant. `undefined` when there is none. */
export class ShowProgramme extends Query<ProgrammeView | undefined> {
  constructor(readonly wanted: { readonly version: number } | { readonly at: Instant }) {
    super();
  }
}

@QueryHandler(ShowProgramme)
export class ShowProgrammeHandler implements IQueryHandler<ShowProgramme> {
  constructor(@Inject(COMMAND_RUNNER) private readonly runner: CommandRunner) {}

  async execute({ wanted }: ShowProgramme): Promise<ProgrammeView | undefined> {
    const { state } = await this.runner.current(programmeAggregate, programmeId);
    const number = 'version' in wanted ? wanted.version : rulebooks(state).at(wanted.at)?.version;
    const published = state.versions.find(({ version }) => version === number);
    return published && withDocument(published);
  }
}
