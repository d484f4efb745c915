import type { Chain } from './chain';
import { auditChain, type ChainAudit } from './chain-audit';
import { Joinings } from './joinings';
import { Seeded } from './seeded';
import { eventually } from './server-process';
import { TillLoad } from './till-load';

/** Enough to keep every service busy, and few enough that a slow machine keeps up. */
const restMs = 15;
const memberCount = 8;
const fewTickets = 40;
const patienceMs = 180_000;

/** A chain at work: tills sell and people join, under a seed and with a record of what was acknowledged. */
export class ChainLoad {
  readonly tickets: TillLoad;
  private readonly joinings: Joinings;

  private constructor(
    private readonly chain: Chain,
    private readonly members: readonly string[],
    readonly chance: Seeded,
  ) {
    this.tickets = new TillLoad(chain, members, chance, restMs);
    this.joinings = new Joinings(chain);
  }

  static async on(chain: Chain, what: string): Promise<ChainLoad> {
    const members = await Promise.all(Array.from({ length: memberCount }, () => chain.till.enrols()));
    return new ChainLoad(chain, members, Seeded.announced(what));
  }

  /** Sells and enrols for as long as something happens. */
  during<T>(happens: () => Promise<T>): Promise<T> {
    return this.tickets.during(() => this.joinings.during(happens));
  }

  /** Waits until some more tickets are accepted. */
  async sells(): Promise<void> {
    const accepted = this.tickets.count('accepted');
    await eventually('tickets are accepted', () => this.tickets.count('accepted') > accepted + fewTickets, patienceMs);
  }

  /** Asks again for whatever was left open, waits until the chain is at rest, and looks at all of it. */
  async audit(): Promise<ChainAudit> {
    await this.tickets.resend();
    await this.joinings.resend();
    const members = [...this.members, ...this.joinings.members];
    return auditChain(this.chain, { tickets: this.tickets.history, members });
  }
}

/** Something happens to a chain at work, which afterwards goes on; answers what is to be seen when it is at rest. */
export const auditAfter = async (
  chain: Chain,
  what: string,
  happens: (load: ChainLoad) => Promise<void>,
): Promise<ChainAudit> => {
  const load = await ChainLoad.on(chain, what);
  await load.during(async () => {
    await happens(load);
    await load.sells();
  });
  const audit = await load.audit();
  const [accepted, refused] = (['accepted', 'refused'] as const).map((outcome) => load.tickets.count(outcome));
  process.stdout.write(`${what}: ${accepted} accepted, ${refused} refused\n`);
  return audit;
};
