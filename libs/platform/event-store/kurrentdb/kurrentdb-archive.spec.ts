import { appendOf, facts, someStream } from '#libs/platform/testing/event-store.fixtures';
import {
  eventStoreDb24,
  KurrentDbDouble,
  kurrentDb25,
  type DoubleKind,
} from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { logArchiveContract, type Movable } from '#libs/platform/testing/log-archive.contract';
import { emptyStream, logStart } from '../event-store';
import { linkEvents } from '../hash-chain';
import { KurrentDbArchive } from './kurrentdb-archive';
import { KurrentDbEventStore } from './kurrentdb-event-store';

/** Where nothing goes wrong a busy machine may take its time; where something does, a test waits for it. */
const patient = { appendMs: 10_000, takeOverMs: 1_000 };
const impatient = { appendMs: 150, takeOverMs: 50 };
const opened: { readonly double: KurrentDbDouble; readonly close: () => Promise<unknown> }[] = [];

type Ground = Movable & { readonly double: KurrentDbDouble };

const freshOf = (kind: DoubleKind, patience: typeof patient) => async (): Promise<Ground> => {
  const double = await KurrentDbDouble.start(kind);
  const { url } = double;
  const store = await KurrentDbEventStore.open({ url, patience });
  const archive = await KurrentDbArchive.open({ url, patience });
  opened.push({ double, close: () => Promise.all([store.close(), archive.close()]) });
  return { store, archive, double };
};

afterEach(async () => {
  for (const { double, close } of opened.splice(0)) {
    await close();
    double.stop();
  }
});

const kinds = [
  ['KurrentDB 25', kurrentDb25],
  ['EventStoreDB 24', eventStoreDb24],
] as const;

for (const [name, kind] of kinds) logArchiveContract(name, freshOf(kind, patient));

const linked = (streamId: string, count: number) =>
  linkEvents({ streamId, expected: emptyStream, events: facts(count), recordedAt: 1 });

describe.each(kinds)('restoring into %s that misbehaves', (_, kind) => {
  it.each(['unanswered', 'half-closed', 'unavailable', 'unavailable-after', 'lost'] as const)(
    'writes everything once when an append is %s',
    async (fault) => {
      const { archive, store, double } = await freshOf(kind, impatient)();
      const [first, second] = [someStream(), someStream()];
      const events = [...linked(first, 3), ...linked(second, 2)];
      double.faults.plan(fault, 'account-', 1);
      await archive.restoreEvents(events);
      expect(await store.readAll(logStart, 10)).toHaveLength(events.length);
      const stored = await Promise.all([first, second].map((streamId) => store.readStream(streamId, 0, 10)));
      expect(stored.flat().map(({ hash }) => hash)).toEqual(events.map(({ hash }) => hash));
    },
  );

  it('shows of an append that was announced and never made neither the answer nor the names', async () => {
    const { archive, store, double } = await freshOf(kind, impatient)();
    const command = { credential: 'till-7', key: 'k', requestHash: 'h', status: 201, answer: '{}' };
    double.faults.plan('unavailable', 'account-', 20);
    await expect(store.append(appendOf({ command, claims: ['card:1'] }))).rejects.toThrow('cannot be reached');
    const picture = await archive.picture();
    const found: unknown[] = [];
    for await (const page of picture.commands()) found.push(...page);
    for await (const page of picture.claims()) found.push(...page);
    expect(found).toEqual([]);
  });
});
