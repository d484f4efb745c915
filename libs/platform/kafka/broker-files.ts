import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Apache Kafka's version for local runs and tests. 4.x keeps its own metadata (KRaft) and needs Java 17. */
const brokerVersion = '4.1.1';
const oldestJava = 17;
const fetchWithinMs = 600_000;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>regulars</groupId>
  <artifactId>local-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${brokerVersion}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** What a broker is started from. */
export interface BrokerFiles {
  /** Java's class path: each library by name, since a shared archive of classes takes no wildcards. */
  readonly classPath: string;
  /** An empty data folder, ready to be copied: formatting one takes a Java machine of its own. */
  readonly emptyData: string;
  /** Where Java keeps classes in a form that loads fast. Not there until a broker has written it. */
  readonly classArchive: string;
}

/** Why no broker can be started here, in words. */
export interface NoBrokerFiles {
  readonly missing: string;
}

interface Ran {
  readonly ok: boolean;
  readonly found: boolean;
  readonly text: string;
}

const run = (program: string, ...args: readonly string[]): Ran => {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: fetchWithinMs });
  const found = (error as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT';
  return { ok: status === 0, found, text: `${stdout ?? ''}${stderr ?? ''}` };
};

/** The version in the first line of `java -version`: `17.0.15`, or `1.8.0_392` in the manner of old. */
export const javaVersionIn = (text: string): number => Number(/version "(?:1\.)?(\d+)/.exec(text)?.[1] ?? 0);

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const missingJava = (): string | undefined => {
  const java = run('java', '-version');
  if (!java.found) return 'Java is not installed';
  return javaVersionIn(java.text) < oldestJava ? `Java is older than ${oldestJava}` : undefined;
};

/** Settings that only say where an empty data folder is to be made; the broker's own come with its start. */
const formatSettings = (folder: string): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=${folder}
`;

const classPathOf = (libraries: string): string =>
  readdirSync(libraries)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(libraries, name))
    .join(':');

const clusterId = 'cmVndWxhcnMtbG9jYWwtMQ';

const fetchInto = (folder: string): string | undefined => {
  writeFileSync(join(folder, 'pom.xml'), pom);
  const copy = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(folder, 'libraries')}`,
  ];
  const fetched = run('mvn', '-q', '-B', '-f', join(folder, 'pom.xml'), ...copy);
  if (!fetched.found) return 'Maven is not installed';
  if (!fetched.ok) return `Maven could not fetch Kafka ${brokerVersion} (${lastLine(fetched.text)})`;
  const settings = join(folder, 'format.properties');
  writeFileSync(settings, formatSettings(join(folder, 'empty-data')));
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings];
  const formatted = run('java', '-Xmx128m', '-cp', classPathOf(join(folder, 'libraries')), ...tool);
  return formatted.ok ? undefined : `Kafka could not format a data folder (${lastLine(formatted.text)})`;
};

/** Fetched beside and then moved, so that nobody ever finds half of it; of two who fetch at once, one is thrown away. */
const fetchTo = (folder: string): string | undefined => {
  const beside = `${folder}.${process.pid}`;
  mkdirSync(beside, { recursive: true });
  try {
    const missing = fetchInto(beside);
    if (missing !== undefined) return missing;
    try {
      renameSync(beside, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
    return undefined;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
};

/**
 * The files of a broker, from a cache folder, fetched with Maven the first time (45 MB). Waits for all of that, so it is
 * for tests and for starting things on one's own machine.
 */
export const brokerFiles = (cache: string): BrokerFiles | NoBrokerFiles => {
  const missing = missingJava();
  if (missing !== undefined) return { missing };
  const folder = join(cache, `kafka-${brokerVersion}`);
  const unfetched = existsSync(folder) ? undefined : fetchTo(folder);
  if (unfetched !== undefined) return { missing: unfetched };
  return {
    classPath: classPathOf(join(folder, 'libraries')),
    emptyData: join(folder, 'empty-data'),
    classArchive: join(folder, 'classes.jsa'),
  };
};

/** Makes a broker's data folder unless there is one already. */
export const prepareData = ({ emptyData }: BrokerFiles, folder: string): void => {
  if (!existsSync(join(folder, 'meta.properties'))) cpSync(emptyData, folder, { recursive: true });
};
