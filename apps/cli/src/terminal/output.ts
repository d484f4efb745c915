import { SingleBar } from 'cli-progress';
import { PaceMeter, type Pace } from './pace';
import { count, duration, percent, rate } from './words';

/** One line of a result as machines read it: `event` says what it is. */
export interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Long work that tells how far it has come. */
export interface Progress {
  /** Tells how much is done in all; call it as often as wanted. */
  update(done: number): void;
  /** Tells what was done before this run, which counts as done but not into the rate. */
  resumeFrom(done: number): void;
  /** Corrects how much there is to do. */
  expect(total: number): void;
  /** Ends the display. */
  finish(): void;
}

/** Where a command speaks. */
export interface Output {
  /** A result: JSON for machines, the text for people. */
  tell(line: Line, text: string): void;
  /** Something went wrong. */
  complain(line: Line, text: string): void;
  /** Begins to show progress of long work. `total` in `unit`, such as 47243 `tickets`. */
  progress(task: string, unit: string, total: number): Progress;
}

/** A stream of text, such as `process.stdout`. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Both streams of a program. */
export interface Sinks {
  readonly out: TextSink;
  readonly err: TextSink;
  readonly nowMs: () => number;
}

const linesEveryMs = 5_000;
const barsEveryMs = 200;

const left = ({ secondsLeft }: Pace): string => (secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`);

/** Shows the latest reading now and then. */
class Display implements Progress {
  private readonly meter: PaceMeter;
  private shownAt: number;
  private done = 0;

  constructor(
    private readonly nowMs: () => number,
    private total: number,
    private readonly everyMs: number,
    private readonly view: { show(pace: Pace): void; end(pace: Pace): void },
  ) {
    this.meter = new PaceMeter(total, nowMs());
    this.shownAt = nowMs();
  }

  update(done: number): void {
    const now = this.nowMs();
    // What was prepared before the first unit was done says nothing about the rate.
    if (this.done === 0 && done > 0) this.meter.resumeFrom(now, done);
    this.done = done;
    if (now - this.shownAt < this.everyMs) return;
    this.shownAt = now;
    this.view.show(this.meter.at(now, done));
  }

  resumeFrom(done: number): void {
    this.done = done;
    this.meter.resumeFrom(this.nowMs(), done);
  }

  expect(total: number): void {
    this.total = total;
    this.meter.expect(total);
  }

  finish(): void {
    this.view.end({ ...this.meter.at(this.nowMs(), this.done), total: this.total });
  }
}

const bar = (task: string, unit: string, total: number, nowMs: () => number): Progress => {
  const single = new SingleBar({
    format: `${task} {bar} {percentage} %  {counted} of {all} ${unit}  {rate}{left}`,
    stopOnComplete: false,
    clearOnComplete: false,
    hideCursor: true,
    stream: process.stderr,
  });
  const words = (pace: Pace) => ({
    counted: count(pace.done),
    all: count(pace.total),
    rate: rate(pace.perSecond),
    left: left(pace),
  });
  single.start(Math.max(1, total), 0, words({ done: 0, total, perSecond: 0, secondsLeft: undefined }));
  const show = (pace: Pace): void => {
    single.setTotal(Math.max(1, pace.total));
    single.update(pace.done, words(pace));
  };
  return new Display(nowMs, total, barsEveryMs, {
    show,
    end: (pace) => {
      show(pace);
      single.stop();
    },
  });
};

/** For people: results as text; progress as a bar on a terminal, else as a line every few seconds. */
export const textOutput = ({ out, err, nowMs }: Sinks): Output => ({
  tell: (_, text) => void out.write(`${text}\n`),
  complain: (_, text) => void err.write(`${text}\n`),
  progress: (task, unit, total) => {
    if (err.isTTY === true) return bar(task, unit, total, nowMs);
    const line = (pace: Pace): string =>
      `${task}: ${count(pace.done)} of ${count(pace.total)} ${unit} (${percent(pace.done, pace.total)}), ${rate(pace.perSecond)}${left(pace)}\n`;
    return new Display(nowMs, total, linesEveryMs, {
      show: (pace) => void err.write(line(pace)),
      end: () => undefined,
    });
  },
});

const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 10) / 10;

/** For machines: everything is a line of JSON on standard output, progress too. */
export const jsonOutput = ({ out, nowMs }: Sinks): Output => {
  const tell = (line: Line): void => void out.write(`${JSON.stringify(line)}\n`);
  return {
    tell,
    complain: tell,
    progress: (task, unit, total) => {
      const show = ({ done, total: all, perSecond, secondsLeft }: Pace): void =>
        tell({
          event: 'progress',
          ...{ task, unit, done, total: all },
          ...{ perSecond: rounded(perSecond), secondsLeft: rounded(secondsLeft) },
        });
      return new Display(nowMs, total, 1_000, { show, end: show });
    },
  };
};
