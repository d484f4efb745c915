import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { prepareData, type BrokerFiles } from './broker-files';

/** Where a local broker listens. */
interface Ports {
  readonly clients: number;
  readonly controller: number;
}

/** How a local broker is run. */
export interface LocalBrokerOptions {
  readonly files: BrokerFiles;
  /** Folder of its data; made when it is not there. */
  readonly folder: string;
  /** Where clients connect; a free port unless told otherwise. */
  readonly port?: number;
}

const startWithinMs = 120_000;
const stopWithinMs = 30_000;
const linesKept = 40;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** One node for everything: what is otherwise kept in three copies or fifty partitions, it keeps in one. */
const settingsOf = ({ clients, controller }: Ports, data: string): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${clients},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${clients}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=${data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
log.cleaner.dedupe.buffer.size=2097152
`;

/**
 * Java beside a watcher that ends it when our end of the pipe closes: whatever becomes of this process, no broker stays
 * behind. The first line says Java's own process number.
 */
const watched = `exec 3<&0
java "$@" </dev/null &
broker=$!
echo "pid=$broker"
(read -r _ <&3; kill "$broker" 2>/dev/null) &
wait "$broker"`;

const java = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const quiet = 'org.slf4j.simpleLogger';

/**
 * A Kafka broker of one node on this machine, for tests and for trying things out. It listens on 127.0.0.1 only, and it
 * ends when the process that started it ends.
 */
export class LocalBroker {
  private child: ChildProcess | undefined;
  private broker = 0;
  private readonly lastLines: string[] = [];
  private newArchive: string | undefined;

  private constructor(
    private readonly options: LocalBrokerOptions,
    private readonly ports: Ports,
  ) {}

  /** Starts a broker. Rejects with its last words when it ends again, or is not ready within two minutes. */
  static async start(options: LocalBrokerOptions): Promise<LocalBroker> {
    const ports = { clients: options.port ?? (await freePort()), controller: await freePort() };
    const broker = new LocalBroker(options, ports);
    await broker.restart();
    return broker;
  }

  /** Host and port, for clients. Stays the same over restarts. */
  get address(): string {
    return `127.0.0.1:${this.ports.clients}`;
  }

  /** Starts it again after {@link stop} or {@link kill}, on the same ports and data. */
  async restart(): Promise<void> {
    if (this.child !== undefined) return;
    const { files, folder } = this.options;
    prepareData(files, join(folder, 'log'));
    const settings = join(folder, 'server.properties');
    writeFileSync(settings, settingsOf(this.ports, join(folder, 'log')));
    const child = spawn('/bin/sh', ['-c', watched, 'sh', ...this.javaArguments(), 'kafka.Kafka', settings], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C in a terminal reaches whoever started it, who ends those that use it before.
      detached: true,
    });
    this.child = child;
    child.once('exit', () => child.stdin.destroy());
    child.stdin.on('error', () => undefined);
    await this.ready(child);
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const patience = setTimeout(() => this.signal('SIGKILL'), stopWithinMs);
    child.stdin?.end();
    await this.ended(child);
    clearTimeout(patience);
    this.keepArchive();
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    this.signal('SIGKILL');
    await this.ended(child);
  }

  private javaArguments(): readonly string[] {
    const { classPath, classArchive } = this.options.files;
    this.newArchive = existsSync(classArchive) ? undefined : join(this.options.folder, 'classes.jsa');
    const archive = this.newArchive === undefined ? 'SharedArchiveFile' : 'ArchiveClassesAtExit';
    return [
      ...java,
      `-XX:${archive}=${this.newArchive ?? classArchive}`,
      `-D${quiet}.defaultLogLevel=warn`,
      `-D${quiet}.log.kafka.server.KafkaRaftServer=info`,
      '-cp',
      classPath,
    ];
  }

  private ready(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(patience);
        this.child = undefined;
        child.stdin?.end();
        reject(new Error([`The broker ${why}.`, ...this.lastLines].join('\n')));
      };
      const patience = setTimeout(() => fail('did not start in time'), startWithinMs);
      const ended = (): void => fail('ended');
      // Not before its last words have been read.
      child.once('close', ended);
      const read = (line: string): void => {
        if (line.startsWith('pid=')) this.broker = Number(line.slice('pid='.length));
        this.lastLines.push(line);
        if (this.lastLines.length > linesKept) this.lastLines.shift();
        if (!line.includes('Kafka Server started')) return;
        clearTimeout(patience);
        child.off('close', ended);
        resolve();
      };
      for (const output of [child.stdout, child.stderr]) if (output !== null) createInterface(output).on('line', read);
    });
  }

  private signal(name: NodeJS.Signals): void {
    try {
      if (this.broker > 0) process.kill(this.broker, name);
    } catch {
      // It has ended already.
    }
  }

  private async ended(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    this.child = undefined;
    this.broker = 0;
  }

  /** The next broker starts in half the time. */
  private keepArchive(): void {
    if (this.newArchive === undefined || !existsSync(this.newArchive)) return;
    try {
      if (!existsSync(this.options.files.classArchive)) renameSync(this.newArchive, this.options.files.classArchive);
    } catch {
      rmSync(this.newArchive, { force: true });
    }
  }
}
