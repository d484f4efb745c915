import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { brokerFiles, type BrokerFiles } from '#libs/platform/kafka/broker-files';

/** Where what Maven fetches is kept between runs. */
export const brokerCache = resolve('.cache');

/** The run's own broker, from a set-up that starts it with the first question (`test/setup/kafka.setup.cjs`). */
const askForBroker = (port: number): Promise<string> =>
  new Promise((answered, reject) => {
    let answer = '';
    connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('data', (text: string) => (answer += text))
      .on('error', reject)
      .on('end', () => {
        const { address, error } = JSON.parse(answer) as { address?: string; error?: string };
        if (address === undefined) reject(new Error(error));
        else answered(address);
      });
  });

/** The brokers that tests run against: those of `KAFKA_BROKERS`, or else the run's own. */
export const testBrokers = async (): Promise<readonly string[]> => {
  const given = process.env['KAFKA_BROKERS'];
  if (given !== undefined && given !== '') return given.split(',');
  const port = process.env['REGULARS_TEST_KAFKA_PORT'];
  if (port === undefined) throw new Error('No test broker: run this through jest, or set KAFKA_BROKERS.');
  return [await askForBroker(Number(port))];
};

/** What to start a broker of one's own from; throws where that cannot be. */
export const ownBrokerFiles = (): BrokerFiles => {
  const files = brokerFiles(brokerCache);
  if ('missing' in files) throw new Error(files.missing);
  return files;
};

/** A name that no other suite uses, for topics and groups. */
export const freshName = (): string => `test-${randomBytes(6).toString('hex')}`;

/** A broker, a database and several clients, on a machine that may be busy. */
const patienceMs = 240_000;

const report = (name: string, missing: string | undefined, suite: () => void): void => {
  jest.setTimeout(patienceMs);
  if (missing === undefined) describe(name, suite);
  else describe.skip(`${name} (skipped: ${missing})`, suite);
};

const missingFiles = (): string | undefined => {
  const files = brokerFiles(brokerCache);
  return 'missing' in files ? `${files.missing}, and KAFKA_BROKERS is not set` : undefined;
};

/** A suite that needs a broker: reported as skipped, with the reason, where there can be none. */
export const describeWithBroker = (name: string, suite: () => void): void => {
  const given = process.env['KAFKA_BROKERS'];
  report(name, given === undefined || given === '' ? missingFiles() : undefined, suite);
};

/** A suite that stops and starts a broker of its own. */
export const describeWithOwnBroker = (name: string, suite: () => void): void => report(name, missingFiles(), suite);
