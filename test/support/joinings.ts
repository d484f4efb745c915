import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnrolledAnswer } from './answers';
import { eventually } from './server-process';
import type { Till } from './till';

interface Joining {
  readonly key: string;
  memberId?: string;
}

const restMs = 60;
const patienceMs = 120_000;
const body = { storeId: 'S1', channel: 'till', profile: { givenName: 'Ann' } };

/** People who become members one after the other, with a record of who was told that they are. */
export class Joinings {
  private readonly history: Joining[] = [];

  constructor(private readonly club: { readonly till: Till }) {}

  /** Everyone who was told. */
  get members(): readonly string[] {
    return this.history.flatMap(({ memberId }) => memberId ?? []);
  }

  /** People join for as long as something else goes on, however that ends. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    let over = false;
    const join = async (): Promise<void> => {
      for (; !over; await sleep(restMs)) {
        const joining = { key: randomUUID() };
        this.history.push(joining);
        await this.send(joining);
      }
    };
    const joining = join();
    try {
      return await work();
    } finally {
      over = true;
      await joining;
    }
  }

  /** Asks again for whoever was not answered, under the same key, until they are. */
  async resend(): Promise<void> {
    for (const joining of this.history)
      if (joining.memberId === undefined)
        await eventually('whoever wants to join is answered', () => this.send(joining), patienceMs);
  }

  private async send(joining: Joining): Promise<boolean> {
    const reply = await this.club.till.client
      .post<EnrolledAnswer>('/v1/members', body, joining.key)
      .catch(() => undefined);
    if (reply?.status !== 201) return false;
    joining.memberId = reply.body.memberId;
    return true;
  }
}
