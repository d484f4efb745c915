import { z } from 'zod';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { openTabHouse, type TabHouse } from '#libs/platform/read-models/testing/tab-house';
import { onTab } from '#libs/platform/runtime/testing/tab';
import { describeWithBroker, freshName, testBrokers } from '#libs/platform/testing/kafka-broker';
import { Ingress, type IngressNeeds } from './ingress';
import { kafkaClient } from './kafka-client';
import { MessageSender } from './message-sender';
import { readTopic } from './testing/bus';
import { ensureTopics, topicsOf, type Topics } from './topics';

const schema = z.strictObject({ tab: z.string(), amount: z.int() });
type Needs = IngressNeeds<typeof schema>;

let house: TabHouse;
let topics: Topics;
let kafka: ReturnType<typeof kafkaClient>;

const dispatch: Needs['dispatch'] = ({ source, idempotencyKey, ticket }) => {
  const { tab, amount } = ticket;
  const command = amount < 0 ? ({ kind: 'pay', amount: -amount } as const) : ({ kind: 'put', amount } as const);
  const execution = onTab(tab, command, idempotencyKey);
  const requestHash = JSON.stringify(ticket);
  return house.runner.execute({ ...execution, idempotency: { credential: source, key: idempotencyKey, requestHash } });
};

const ingress = (parts: Partial<Needs> = {}): Ingress<typeof schema> =>
  new Ingress({
    kafka,
    topics,
    groupId: `${topics.tickets.name}.ingress`,
    schema,
    dispatch,
    report: house.report,
    ...parts,
  });

const handIn = async (messages: readonly { key: string; value: string; headers?: Record<string, string> }[]) => {
  const sender = new MessageSender(kafka);
  await sender.send({ topic: topics.tickets.name, messages });
  await sender.close();
};

const ticket = (tab: string, amount: number, idempotencyKey = freshName()) => ({
  key: tab,
  value: JSON.stringify({ source: 'web-shop', idempotencyKey, ticket: { tab, amount } }),
});

const results = async () => (await readTopic(kafka, topics.ticketResults.name)).flat();

/** How many results and dead tickets there are. A broker that has only just heard of the topics says none of them yet. */
const answered = async (): Promise<number> => {
  const admin = kafka.admin();
  await admin.connect();
  const names = [topics.ticketResults.name, topics.deadTickets.name];
  const ends = await Promise.all(names.map((name) => admin.fetchTopicOffsets(name).catch(() => [])));
  await admin.disconnect();
  return ends.flat().reduce((sum, { offset }) => sum + Number(offset), 0);
};

/** Lets ingress run until there are so many results and dead tickets. */
const runUntil = async (count: number, part = ingress()): Promise<void> => {
  part.start();
  try {
    while ((await answered()) < count) await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    await part.stop();
  }
};

const balanceOf = async (tab: string): Promise<number> =>
  (await house.runner.current(onTab(tab, { kind: 'look' }).aggregate, tab)).state.balance;

describeWithBroker('tickets from a topic', () => {
  beforeEach(async () => {
    house = await openTabHouse();
    topics = topicsOf(freshName(), 2);
    kafka = kafkaClient({ brokers: await testBrokers(), clientId: 'spec' }, () => undefined);
    await ensureTopics(kafka, [topics.tickets, topics.ticketResults, topics.deadTickets], { replicationFactor: 1 });
  });
  afterEach(() => house.close());

  it('are booked in order, each with its answer under its key', async () => {
    await handIn([ticket('a', 5, 'k1'), ticket('a', -3, 'k2'), ticket('b', 1, 'k3'), ticket('a', -9, 'k4')]);
    await runUntil(4);
    const answers = new Map((await results()).map(({ key, value }) => [value['idempotencyKey'], { key, value }]));
    expect(answers.get('k2')).toEqual({
      key: 'a',
      value: {
        source: 'web-shop',
        idempotencyKey: 'k2',
        status: 'accepted',
        replayed: false,
        answer: { balance: 2, revision: 1, facts: 1 },
      },
    });
    expect(answers.get('k4')?.value).toMatchObject({
      status: 'refused',
      reason: 'too-much',
      detail: 'Only 2 is on the tab.',
    });
    expect(answers.size).toBe(4);
    expect([await balanceOf('a'), await balanceOf('b')]).toEqual([2, 1]);
  });

  it('are booked once, however often they are handed in', async () => {
    await handIn([ticket('a', 5, 'k1'), ticket('a', 5, 'k1'), ticket('a', 7, 'k1')]);
    await runUntil(3);
    const [first, second, third] = (await results()).map(({ value }) => value);
    expect([first?.['replayed'], second?.['replayed']]).toEqual([false, true]);
    expect(second?.['answer']).toEqual(first?.['answer']);
    expect(third).toMatchObject({ status: 'refused', reason: 'idempotency-mismatch' });
    expect(await balanceOf('a')).toBe(5);
  });

  it('are put aside as they came, with the reason, when they cannot be read; the others go on', async () => {
    const bad = JSON.stringify({
      source: 'web-shop',
      idempotencyKey: 'k 1',
      ticket: { tab: 'a', amount: 'much', tip: 1 },
    });
    const became: string[] = [];
    await handIn([
      { key: 'a', value: '{"half":' },
      { key: 'a', value: bad, headers: { from: 'shop' } },
      ticket('a', 5),
    ]);
    await runUntil(3, ingress({ onTicket: (what) => became.push(what) }));
    const admin = kafka.admin();
    await admin.connect();
    expect((await admin.fetchTopicOffsets(topics.deadTickets.name))[0]?.offset).toBe('2');
    await admin.disconnect();
    const dead: { value: string | undefined; headers: Record<string, string> }[] = [];
    const consumer = kafka.consumer({ groupId: freshName() });
    await consumer.subscribe({ topic: topics.deadTickets.name, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message: { value, headers } }) => {
        const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]);
        dead.push({ value: value?.toString(), headers: Object.fromEntries(texts) });
        return Promise.resolve();
      },
    });
    while (dead.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    await consumer.disconnect();
    expect(dead.map(({ value }) => value)).toEqual(['{"half":', bad]);
    expect(dead[0]?.headers).toMatchObject({
      reason: 'The message is not JSON.',
      topic: topics.tickets.name,
      offset: '0',
    });
    expect(dead[1]?.headers).toMatchObject({
      from: 'shop',
      reason: expect.stringMatching(/idempotencyKey.*ticket\.amount.*tip/),
    });
    expect(became.sort()).toEqual(['accepted', 'dead', 'dead']);
    expect(await balanceOf('a')).toBe(5);
  });

  it('wait while the store is away, and are never put aside for that', async () => {
    let away = 12;
    await handIn([ticket('a', 5), ticket('b', 6)]);
    const patient = ingress({
      dispatch: (handed, trace) =>
        away-- > 0 ? Promise.reject(new StoreUnavailable(new Error('gone'))) : dispatch(handed, trace),
    });
    await runUntil(2, patient);
    expect((await results()).map(({ value }) => value['status'])).toEqual(['accepted', 'accepted']);
    expect(house.reports).not.toContain('ticket-put-aside');
    expect([await balanceOf('a'), await balanceOf('b')]).toEqual([5, 6]);
  });

  it('are booked once when the answers are lost and all is read again', async () => {
    await handIn([ticket('a', 5, 'k1'), ticket('a', 6, 'k2')]);
    await runUntil(2);
    await runUntil(4, ingress({ groupId: freshName() }));
    const replayed = (await results()).map(({ value }) => value['replayed']);
    expect(replayed.sort()).toEqual([false, false, true, true]);
    expect(await balanceOf('a')).toBe(11);
  });

  it('do not hold up the others when our own program fails on one', async () => {
    await handIn([ticket('broken', 5), ticket('a', 6)]);
    const failing = ingress({
      dispatch: (handed, trace) =>
        handed.ticket.tab === 'broken' ? Promise.reject(new TypeError('no such thing')) : dispatch(handed, trace),
    });
    await runUntil(2, failing);
    expect(await balanceOf('a')).toBe(6);
    expect(house.reports).toContain('ticket-put-aside');
  });

  it('that cannot be booked are told of for as long as they wait, whatever goes well beside them', async () => {
    let stuck = true;
    const waiting = ingress({
      dispatch: (handed, trace) =>
        stuck && handed.ticket.tab === 'a' ? Promise.reject(new Error('sealed by another')) : dispatch(handed, trace),
    });
    expect(waiting.progress()).toEqual({ name: 'ingress', position: undefined, behindMs: 0, failures: 0 });
    await handIn(['a', 'b', 'c', 'd', 'e', 'f'].map((tab) => ticket(tab, 1)));
    const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    waiting.start();
    // Whatever shares a partition with what is stuck has to wait, the rest does not.
    await until(async () => waiting.progress().failures >= 2 && (await answered()) >= 1);
    expect(waiting.progress().behindMs).toBeGreaterThan(0);
    stuck = false;
    await until(async () => (await answered()) === 6);
    await until(() => waiting.progress().failures === 0);
    expect(waiting.progress().behindMs).toBe(0);
    await waiting.stop();
  }, 60_000);
});
