import type { EventStore } from '#libs/platform/event-store/event-store';

/** Something else than the store that must hold. Rejections count as no. */
export type Condition = () => boolean | Promise<boolean>;

const withinMs = 2_000;

/** Whether a process can serve: its store answers in time, and whatever else it was told to look at holds. */
export class ReadyWhen {
  private readonly conditions: Condition[];

  constructor(store: Pick<EventStore, 'head'>) {
    this.conditions = [() => store.head().then(() => true)];
  }

  also(condition: Condition): void {
    this.conditions.push(condition);
  }

  /** Answers within two seconds; what has not answered by then does not hold. */
  async holds(): Promise<boolean> {
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), withinMs).unref());
    const all = Promise.all(this.conditions.map(async (condition) => condition())).then(
      (answers) => answers.every(Boolean),
      () => false,
    );
    return Promise.race([all, late]);
  }
}
