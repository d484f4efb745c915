import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { serviceFlags } from '#libs/platform/runtime/node-flags';

/** What a supervised program is started with. */
export interface Supervision {
  /** Before each of its lines. */
  readonly label: string;
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes its lines. */
  readonly say: (line: string) => void;
  /** How long to wait before a program that ended by itself is started again, ms. */
  readonly againAfterMs?: number;
}

const serving = /serves at (\S+)/;
const patienceMs = 30_000;

/**
 * A program that is kept running: one that ends by itself is started again, until it is stopped. It has a channel to this
 * process, by which it notices when this one is gone.
 */
export class Supervised {
  private child: ChildProcess | undefined;
  private stopping = false;
  private again: NodeJS.Timeout | undefined;
  private starts = 0;
  private served: (url: string) => void = () => undefined;
  private failed: (error: Error) => void = () => undefined;

  /** Resolves to its address when it first serves; rejects when it ends before. */
  readonly serves: Promise<string>;

  constructor(private readonly supervision: Supervision) {
    this.serves = new Promise((resolve, reject) => {
      this.served = resolve;
      this.failed = reject;
    });
    this.serves.catch(() => undefined);
    this.start();
  }

  /** The process number of the present run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** How often it was started. */
  get runs(): number {
    return this.starts;
  }

  /** Ends it in order, and by force after half a minute. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.again);
    const { child } = this;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      child.once('close', () => {
        clearTimeout(force);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  private start(): void {
    const { program, env, label, say } = this.supervision;
    this.starts += 1;
    // A group of its own: Ctrl-C in a terminal reaches this process alone, which then ends the others in order.
    const child = fork(program, [], {
      ...{ env, detached: true, execArgv: [...serviceFlags] },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const output of [child.stdout, child.stderr]) {
      if (output === null) continue;
      createInterface(output).on('line', (line) => {
        say(`${label} | ${line}`);
        const url = serving.exec(line)?.[1];
        if (url !== undefined) this.served(url);
      });
    }
    child.once('error', (error) => this.failed(error));
    child.once('close', (code, signal) => this.ended(code ?? signal));
  }

  private ended(how: number | string | null): void {
    this.child = undefined;
    if (this.stopping) return;
    const { label, say, againAfterMs = 1_000 } = this.supervision;
    say(`${label} | ended by itself (${String(how)}); starting it again`);
    this.failed(new Error(`${label.trim()} ended instead of serving.`));
    this.again = setTimeout(() => this.start(), againAfterMs);
  }
}
