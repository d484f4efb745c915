import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { Background } from '#libs/platform/app/background';
import type { Config } from '#libs/platform/app/config';
import type { Reactions } from '#libs/platform/app/reactions';
import type { KeyVault } from '#libs/platform/crypto/key-vault';
import { openFoundation, type Foundation, type FoundationNeeds } from '#libs/platform/app/foundation';
import { Undo } from '#libs/platform/app/undo';
import { comparePositions, type LogPosition } from '#libs/platform/event-store/event-store';
import { PlatformModule } from '#libs/platform/http/platform.module';
import { attachDatabase } from '#libs/platform/postgres/database';
import { catalogue, contextModules, projections, reactionsIn } from '#libs/composition/contexts';

/** Under which settings a command runs, and what ends it early. */
export interface Circumstances {
  readonly config: Config;
  readonly signal: AbortSignal;
}

/** Everything a command may need, without HTTP. */
export interface Workplace extends Foundation {
  readonly commands: CommandBus;
  /** A port of some context, by its token. */
  readonly port: <T>(token: symbol) => T;
  /** Waits until the read models hold the whole log, kept by this process or by the server that runs; not over a bus. */
  settled(): Promise<void>;
  /** Waits until policies have reacted to the whole log as well; only where no other process has taken that on. */
  reacted(): Promise<void>;
}

/** What every context is put together from. */
type ContextParts = Pick<Foundation, 'platform' | 'secrets' | 'logger'> & { readonly vault: KeyVault };

@Module({})
class CommandLineModule {
  static of({ platform, secrets, vault }: ContextParts): DynamicModule {
    return {
      module: CommandLineModule,
      imports: [PlatformModule.forRoot(platform), ...contextModules({ adminTokenHash: secrets.adminTokenHash, vault })],
    };
  }
}

const opened = async (undo: Undo, parts: ContextParts): Promise<INestApplicationContext> =>
  undo.add(
    await NestFactory.createApplicationContext(CommandLineModule.of(parts), {
      logger: parts.logger,
      abortOnError: false,
    }),
    (application) => application.close(),
  );

const needs = { open: attachDatabase, projections, service: 'cli' } as const;

const askAgainMs = 100;

/** Looks at the stored checkpoints, since the process that moves them need not be this one. */
const caughtUp = async ({ platform: { store, dataSource } }: Foundation): Promise<void> => {
  // Not the head: a transaction left open, of another program even, keeps it from what has just been appended.
  const latest = await store.latest();
  const names = projections.map(({ name }) => name);
  const behind = async (): Promise<boolean> => {
    const reached = await dataSource.query<LogPosition[]>(
      'SELECT xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = ANY($1)',
      [names],
    );
    return reached.length < names.length || reached.some((position) => comparePositions(position, latest) < 0);
  };
  while (await behind()) await new Promise((resolve) => setTimeout(resolve, askAgainMs));
};

/** The command was told to end before it was done; everything has been closed in order. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interrupted';
  }
}

const interruption = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const interrupt = (): void => reject(new Interrupted());
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  });

/** How long work that was told to end may take to do so before what it works with is closed. */
const endsWithinMs = 5_000;

/** Resolves once the work has ended in whatever way, or had its time to. */
const ended = async (work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, endsWithinMs)));
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
};

/**
 * What is being opened is opened to its end before an interruption counts, and work that is interrupted has its time to
 * leave things in order: nothing half open is left behind.
 */
const inOrder = async <T>(
  { config, signal }: Circumstances,
  work: (foundation: Foundation, undo: Undo) => Promise<T>,
  more: Pick<FoundationNeeds, 'movesLog'> = {},
): Promise<T> => {
  const undo = new Undo();
  try {
    const foundation = await openFoundation(config, undo, { ...needs, ...more });
    const working = work(foundation, undo);
    try {
      return await Promise.race([interruption(signal), working]);
    } finally {
      await ended(working);
    }
  } finally {
    await undo.all();
  }
};

/** Opens log, tables and keys for as long as the work takes. An embedded server that nobody runs is started meanwhile. */
export const withFoundation = <T>(
  circumstances: Circumstances,
  work: (foundation: Foundation) => Promise<T>,
  more: Pick<FoundationNeeds, 'movesLog'> = {},
): Promise<T> => inOrder(circumstances, (foundation) => work(foundation), more);

/**
 * The same with every context in place, and with what follows the log running beside the work. Where there is a bus that
 * is left to the services on it: they keep the read models in another way.
 */
export const withWorkplace = <T>(
  circumstances: Circumstances,
  work: (workplace: Workplace) => Promise<T>,
): Promise<T> =>
  inOrder(circumstances, async (foundation, undo) => {
    const { store, clock, dataSource: source } = foundation.platform;
    const { memory, report } = foundation;
    const application = await opened(undo, foundation);
    const overBus = circumstances.config.kafkaBrokers !== undefined;
    const log = { store, memory, source, report, catalogue, projections: overBus ? [] : projections };
    const background = undo.add(await Background.start(log), (started) => started.stop());
    if (!overBus) await background.react(reactionsIn(application), clock);
    return work({
      ...foundation,
      commands: application.get(CommandBus),
      port: <P>(token: symbol): P => application.get<P>(token, { strict: false }),
      settled: () => (overBus ? Promise.resolve() : caughtUp(foundation)),
      reacted: async () => void (await background.settled()),
    });
  });

/** Works with the policies and timers of every context, put together from these parts. Nothing runs by itself. */
export const withReactions = async <T>(parts: ContextParts, work: (reactions: Reactions) => Promise<T>): Promise<T> => {
  const undo = new Undo();
  try {
    return await work(reactionsIn(await opened(undo, parts)));
  } finally {
    await undo.all();
  }
};
