import type { AccountAnswer, LotAnswer, PageAnswer, WalletAnswer } from './answers';
import { accepted, Client } from './client';
import { ServerProcess, type ServerOptions } from './server-process';
import { Till } from './till';

/** How a club begins. */
export interface ClubOptions extends ServerOptions {
  /** The programme: a preset's code, or a whole document; none when left out. */
  readonly programme?: string | object;
  /** Changes to the preset, key by key. */
  readonly changes?: object;
}

export const PASSWORD = 'correct horse battery';

/** The store that every club opens. */
export const S1 = { storeId: 'S1', name: 'Collins Street', timeZone: 'Australia/Melbourne', currency: 'AUD' };

/** A chain of stores with its server, its programme and a till in its first store. */
export class Club {
  private constructor(
    readonly server: ServerProcess,
    /** Head office. */
    readonly office: Client,
    private instant: number | undefined,
  ) {}

  /** Till T1 of store S1. */
  till: Till;

  /** Starts a server on nothing, opens S1 with its till, and publishes the programme. */
  static async open({ programme, changes, ...options }: ClubOptions = {}): Promise<Club> {
    const server = await ServerProcess.start(options);
    try {
      const office = new Client(() => server.url, await server.adminToken());
      const club = new Club(server, office, options.now === undefined ? undefined : Date.parse(options.now));
      club.till = await club.opens(S1);
      if (programme !== undefined) await club.publishes(programme, changes);
      return club;
    } catch (error) {
      await server.destroy();
      throw error;
    }
  }

  /** What time it is, RFC 3339: the virtual clock's, or the machine's. */
  readonly now = (): string => new Date(this.instant ?? Date.now()).toISOString();

  /** Opens a store with a till; answers the till. */
  async opens(store: Partial<typeof S1> & { storeId: string }, tillId = 'T1'): Promise<Till> {
    const opened = { ...S1, ...store };
    accepted(await this.office.post('/v1/stores', opened));
    return this.addsTill(opened.storeId, tillId, opened.currency);
  }

  /** Registers another till. */
  async addsTill(storeId: string, tillId: string, currency = 'AUD'): Promise<Till> {
    const path = `/v1/stores/${storeId}/tills`;
    const { token } = accepted(await this.office.post<{ token: string }>(path, { tillId }));
    return new Till(this.office.as(token), { storeId, tillId, currency, now: this.now });
  }

  /** Publishes a programme; answers its version. */
  async publishes(programme: string | object, changes: object = {}, effectiveFrom?: string): Promise<number> {
    const document =
      typeof programme === 'string'
        ? accepted(await this.office.get(`/v1/programme/presets/${programme}`), 200)
        : programme;
    const body = { document: { ...document, ...changes }, note: 'journey' };
    const from = effectiveFrom === undefined ? {} : { effectiveFrom };
    const path = '/v1/programme/versions';
    return accepted(await this.office.post<{ version: number }>(path, { ...body, ...from })).version;
  }

  /** Engages somebody and signs them in; answers them at work. */
  async engages(staffId: string, roles: readonly string[], storeIds: 'all' | readonly string[]): Promise<Client> {
    const staff = { staffId, name: staffId, roles, storeIds, password: PASSWORD };
    accepted(await this.office.post('/v1/staff', staff));
    return this.signsIn(staffId);
  }

  /** A new session. */
  async signsIn(staffId: string): Promise<Client> {
    const session = await this.office.as(null).post<{ token: string }>('/v1/sessions', { staffId, password: PASSWORD });
    return this.office.as(accepted(session).token);
  }

  /** Moves the virtual clock, by way of all that falls due until then. */
  async clockTo(instant: string): Promise<void> {
    accepted(await this.office.post('/v1/clock', { now: instant }), 200);
    this.instant = Date.parse(instant);
  }

  /** Waits until everything that was told has had its effects (virtual clock only). */
  settled(): Promise<void> {
    return this.clockTo(this.now());
  }

  /** A member's account; `asked` is a query such as `asOf=2026-03-01T00:00:00Z`. */
  async account(memberId: string, asked = ''): Promise<AccountAnswer> {
    const query = asked === '' ? '' : `?${asked}`;
    return accepted(await this.office.get<AccountAnswer>(`/v1/accounts/${memberId}${query}`), 200);
  }

  /** A wallet's balance. */
  async wallet(memberId: string, code: string, asked = ''): Promise<WalletAnswer> {
    const found = (await this.account(memberId, asked)).wallets.find((wallet) => wallet.code === code);
    if (found === undefined) throw new Error(`There is no wallet ${code}.`);
    return found;
  }

  /** What a member can spend of a wallet. */
  async available(memberId: string, code = 'points', asked = ''): Promise<number> {
    return (await this.wallet(memberId, code, asked)).available;
  }

  /** Every lot a member ever had. */
  async lots(memberId: string): Promise<readonly LotAnswer[]> {
    return accepted(await this.office.get<PageAnswer<LotAnswer>>(`/v1/accounts/${memberId}/lots`), 200).items;
  }

  /** Stops the server and removes all that the journey made. */
  close(): Promise<void> {
    return this.server.destroy();
  }
}
