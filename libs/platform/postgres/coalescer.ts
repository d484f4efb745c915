interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks many questions with one statement: those that come while an answer is under way go together in the next one. A
 * single question goes at once, so waiting costs only those who would have waited anyway.
 */
export class Coalescer<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private busy = false;

  /** `ask` gives the answers in the order of the questions; when it rejects, each of its questions does. */
  constructor(
    private readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly most = 500,
  ) {}

  /** The answer to one question. */
  add(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (!this.busy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) await this.answer(this.waiting.splice(0, this.most));
    this.busy = false;
  }

  private async answer(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.ask(batch.map((each) => each.question));
      batch.forEach((each, index) => each.resolve(answers[index] as Answer));
    } catch (error) {
      for (const each of batch) each.reject(error);
    }
  }
}
