import type { CommandBus } from '@nestjs/cqrs';
import { hash } from 'node:crypto';
import { PurchaseRequest } from '#libs/account/src/module';
import { MEMBER_PORT, type MemberPort } from '#libs/members/src/contract';
import { Enrolment } from '#libs/members/src/module';
import { STORE_PORT, TILL_PORT, type Store, type StorePort, type TillPort } from '#libs/organisation/src/contract';
import { StoreRequest, TillRequest } from '#libs/organisation/src/module';
import { Problem } from '#libs/platform/http/problem';
import type { Submission } from '#libs/platform/http/submission';
import { fromText } from '#libs/platform/kernel/instant';
import type { Outcome } from '#libs/platform/runtime/command-runner';
import { joined, uuidFrom } from '#libs/platform/runtime/deterministic-id';
import { inLanes, withRetries } from '#libs/platform/runtime/dispatch';
import { presetDocument, RULEBOOKS, type PresetCode, type RulebookPort } from '#libs/programme/src/contract';
import { ProgrammeRequest } from '#libs/programme/src/module';
import { UsageError } from '../command';
import type { ImportedTicketBody } from './imported-ticket';
import type { TillPlace } from './purchase-log';

/** What a desk needs of the program around it. */
export interface DeskNeeds {
  readonly commands: CommandBus;
  readonly port: <T>(token: symbol) => T;
}

/** What became of a ticket. */
export type Booking =
  | { readonly kind: 'booked' | 'known' }
  | { readonly kind: 'refused'; readonly reason: string; readonly detail: string };

/** The chain as an import needs it to be before the first ticket. */
export interface ChainNeeds {
  readonly storeIds: readonly string[];
  readonly tills: readonly TillPlace[];
  readonly timeZone: string;
  readonly currency: string;
  /** Published when the chain has no programme yet. */
  readonly preset: PresetCode;
}

/** A file, and what it takes its stores to be. */
interface ChainFile extends Pick<ChainNeeds, 'storeIds' | 'timeZone' | 'currency'> {
  readonly name: string;
}

/** What had to be made. */
export interface ChainMade {
  readonly stores: number;
  readonly programme: boolean;
}

const keyNamespace = '7d5f0a9b-6c1e-5b3a-9d42-80e1c7a4f2b6';
const caller = { credential: 'import', roles: ['headOffice'], scope: 'all' } as const;

/** The same request under the same key whenever a file is read again: then the first answer is given again. */
const submission = (content: unknown, ...key: readonly string[]): Submission => ({
  caller,
  idempotency: {
    credential: caller.credential,
    key: uuidFrom(keyNamespace, joined(...key)),
    requestHash: hash('sha256', JSON.stringify(content)),
  },
  meta: { actor: caller.credential, source: 'import' },
});

const refusalOf = (outcome: Exclude<Outcome<string>, { kind: 'answered' }>): { reason: string; detail: string } => {
  switch (outcome.kind) {
    case 'refused':
      return { reason: outcome.reason, detail: outcome.detail ?? '' };
    case 'idempotency-mismatch':
      return { reason: 'ticket-differs', detail: 'It was booked before with another content.' };
    case 'claim-taken':
      return { reason: 'ticket-differs', detail: 'It was booked before for another member.' };
  }
};

const detailOf = ({ detail, extras: { errors = [] } }: Problem): string =>
  [detail, ...errors.map(({ path, message }) => `${path}: ${message}`)].join(' ');

const assertSame = ({ name, timeZone, currency }: ChainFile, { storeId, ...store }: Store): void => {
  if (canonicalZone(store.timeZone) !== canonicalZone(timeZone))
    throw new UsageError(
      `${name} is read in the time zone ${timeZone}, but store ${storeId} is in ${store.timeZone}. ` +
        `Read it with --store-zone ${store.timeZone}, stores of different zones in a file each. Nothing was changed.`,
    );
  if (store.currency !== currency)
    throw new UsageError(
      `${name} is read in ${currency}, but store ${storeId} sells in ${store.currency}. ` +
        `Read it with --currency ${store.currency}, stores of different currencies in a file each. Nothing was changed.`,
    );
};

const canonicalZone = (timeZone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;

const tillsAtOnce = 256;
const tillKey = ({ storeId, tillId }: TillPlace): string => joined(storeId, tillId);

/** Brings imported tickets to the contexts, by the commands that a till's requests become. */
export class ImportDesk {
  private readonly stores: StorePort;
  private readonly tills: TillPort;
  private readonly members: MemberPort;
  private readonly rulebooks: RulebookPort;
  private readonly commands: CommandBus;
  private readonly known = new Set<string>();

  constructor({ commands, port }: DeskNeeds) {
    this.commands = commands;
    this.stores = port<StorePort>(STORE_PORT);
    this.tills = port<TillPort>(TILL_PORT);
    this.members = port<MemberPort>(MEMBER_PORT);
    this.rulebooks = port<RulebookPort>(RULEBOOKS);
  }

  /**
   * Throws {@link UsageError} when a store keeps another zone or currency than the file is read in: its tickets would get
   * other business dates, hence be other tickets than those that are booked. Changes nothing.
   */
  async assertFits(file: ChainFile): Promise<void> {
    for (const storeId of file.storeIds) {
      const store = await this.stores.store(storeId);
      if (store !== undefined) assertSame(file, store);
    }
  }

  /** Opens what stores and tills are missing, and publishes the preset where there is no programme. */
  async prepare(needs: ChainNeeds, now: number): Promise<ChainMade> {
    const programme = await this.publish(needs);
    let stores = 0;
    for (const storeId of needs.storeIds) if (await this.openStore(storeId, needs, now)) stores += 1;
    await inLanes(needs.tills, tillKey, tillsAtOnce, (till) => this.registerTill(till));
    return { stores, programme };
  }

  /** Books a ticket, after enrolling its member if this is their first. Rejects when the store stays unavailable. */
  async book(body: ImportedTicketBody): Promise<Booking> {
    return withRetries(async () => {
      try {
        const enrolled = await this.enrol(body);
        return enrolled ?? (await this.purchase(body));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return { kind: 'refused', reason: error.code, detail: detailOf(error) };
      }
    });
  }

  private async publish({ preset, currency, timeZone }: ChainNeeds): Promise<boolean> {
    if ((await this.rulebooks.rulebooks()).all.length > 0) return false;
    const document = { ...presetDocument(preset), currency, timeZone };
    const command = { type: 'PublishProgramme', document, note: `Preset ${preset}` } as const;
    this.expect(await this.commands.execute(new ProgrammeRequest(command, submission(document, 'programme'))));
    return true;
  }

  private async openStore(storeId: string, { timeZone, currency }: ChainNeeds, at: number): Promise<boolean> {
    if ((await this.stores.store(storeId)) !== undefined) return false;
    const store = { storeId, name: `Store ${storeId}`, timeZone, currency };
    const request = new StoreRequest({ type: 'OpenStore', at, store }, submission(store, 'store', storeId));
    this.expect(await this.commands.execute(request));
    return true;
  }

  private async registerTill(till: TillPlace): Promise<void> {
    const { storeId, tillId } = till;
    if ((await this.tills.till(storeId, tillId)) !== undefined) return;
    const request = new TillRequest('RegisterTill', till, submission(till, 'till', storeId, tillId));
    this.expect((await this.commands.execute(request)).outcome);
  }

  /** Enrols who is no member yet, as of `occurredAt`. Answers the refusal, if there is one. */
  async enrol({
    memberId,
    storeId,
    occurredAt,
  }: Pick<ImportedTicketBody, 'memberId' | 'storeId' | 'occurredAt'>): Promise<Booking | undefined> {
    if (this.known.has(memberId)) return undefined;
    if ((await this.members.member(memberId)) === undefined) {
      const enrolledAt = fromText(occurredAt);
      const member = {
        ...{ memberId, storeId, channel: 'import', profile: {}, consents: [] },
        ...(enrolledAt === undefined ? {} : { enrolledAt }),
      };
      const outcome = await this.commands.execute(
        new Enrolment(member, submission(member, 'member', memberId, occurredAt)),
      );
      const enrolled = outcome.kind === 'answered' || refusalOf(outcome).reason === 'member-exists';
      if (!enrolled) return { kind: 'refused', ...refusalOf(outcome) };
    }
    this.known.add(memberId);
    return undefined;
  }

  private async purchase(body: ImportedTicketBody): Promise<Booking> {
    const { storeId, tillId, ticketNo, businessDate } = body;
    const asked = submission(body, 'sale', storeId, tillId, ticketNo, businessDate);
    const ticket = { ...body, occurredAt: fromText(body.occurredAt) ?? 0 };
    const outcome = await this.commands.execute(new PurchaseRequest(ticket, asked, 'import'));
    if (outcome.kind !== 'answered') return { kind: 'refused', ...refusalOf(outcome) };
    return { kind: outcome.replayed || outcome.status !== 201 ? 'known' : 'booked' };
  }

  private expect(outcome: Outcome<string>): void {
    if (outcome.kind === 'answered') return;
    const { reason, detail } = refusalOf(outcome);
    throw new Error(`The chain could not be prepared: ${reason}. ${detail}`);
  }
}
