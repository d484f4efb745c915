import { isOverData } from './over-data';

/** How questions are put together. */
export interface GatheringLimits {
  /** The most questions in one statement. */
  readonly together: number;
  /** The most statements under way. */
  readonly underWay: number;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts questions that are asked at the same time into one statement: a round trip and a plan for all of them. Where the
 * server refuses what one of them says, it is asked for smaller and smaller parts, so that only that one fails.
 */
export class GatheredQuestions<Question, Answer> {
  private queue: Waiting<Question, Answer>[] = [];
  private asking = 0;

  /** @param answerAll answers questions in their order; when it rejects over no data of theirs, so does each of them */
  constructor(
    private readonly limits: GatheringLimits,
    private readonly answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  ) {}

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ question, resolve, reject });
      if (this.queue.length === 1) setImmediate(() => this.next());
    });
  }

  private next(): void {
    while (this.queue.length > 0 && this.asking < this.limits.underWay) {
      const waiting = this.queue.splice(0, this.limits.together);
      this.asking++;
      void this.answer(waiting).finally(() => {
        this.asking--;
        this.next();
      });
    }
  }

  private async answer(waiting: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.answerAll(waiting.map(({ question }) => question));
      waiting.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      if (waiting.length > 1 && isOverData(error)) return this.answerInParts(waiting);
      for (const { reject } of waiting) reject(error);
    }
  }

  private async answerInParts(waiting: readonly Waiting<Question, Answer>[]): Promise<void> {
    const middle = waiting.length >> 1;
    await this.answer(waiting.slice(0, middle));
    await this.answer(waiting.slice(middle));
  }
}
