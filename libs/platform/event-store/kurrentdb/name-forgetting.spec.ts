import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { accepted, appendOf, facts, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { eventStoreDb24, KurrentDbDouble, kurrentDb25 } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { emptyStream, type StreamTip } from '../event-store';
import { KurrentDbArchive } from './kurrentdb-archive';
import { KurrentDbEventStore } from './kurrentdb-event-store';
import { claimStream, metadataStream, sweptStream } from './technical-records';

const patience = { appendMs: 300, takeOverMs: 30 };
const phone = 'phone:Kx-1';
const stream = claimStream(phone);

const textOf = ({ data }: { readonly data: Uint8Array }): string => Buffer.from(data).toString();

const kinds = [
  ['KurrentDB 25', kurrentDb25],
  ['EventStoreDB 24', eventStoreDb24],
] as const;

describe.each(kinds)('on %s', (_, kind) => {
  let double: KurrentDbDouble;
  let store: KurrentDbEventStore;
  const open = async () => void (store = await KurrentDbEventStore.open({ url: double.url, patience }));
  beforeEach(async () => {
    double = await KurrentDbDouble.start(kind);
    await open();
  });
  afterEach(async () => {
    await store.close();
    double.stop();
  });

  const take = async (streamId: string, expected: StreamTip = emptyStream, name = phone): Promise<StreamTip> =>
    tipOf(await store.append(appendOf({ streamId, expected, events: facts(1), command: accepted(), claims: [name] })));
  const giveBack = async (streamId: string, expected: StreamTip, name = phone): Promise<StreamTip> =>
    tipOf(
      await store.append(appendOf({ streamId, expected, events: facts(1), command: accepted(), releases: [name] })),
    );
  const holder = async (name = phone): Promise<string | undefined> =>
    (await store.findClaims([name])).get(name)?.streamId;
  const begins = (): number => double.log.stream(stream)?.[0]?.revision ?? -1;
  const isCutOff = async (): Promise<void> => {
    for (let count = 0; begins() <= 0 && count < 400; count++) await sleep(10);
    expect(begins()).toBeGreaterThan(0);
  };
  /** What the disk still says about the name, once the server has scavenged it. */
  const left = (): string => {
    double.log.scavenge();
    return double.log.all
      .filter(({ streamName }) => streamName.endsWith(stream))
      .map(textOf)
      .join();
  };
  const inArchive = async (): Promise<readonly string[]> => {
    const archive = await KurrentDbArchive.open({ url: double.url, patience });
    const found: string[] = [];
    for await (const page of (await archive.picture()).claims())
      found.push(...page.map(({ name, streamId }) => `${name} ${streamId}`));
    await archive.close();
    return found.sort();
  };

  it('nothing tells who held a name that was given back', async () => {
    await giveBack('member-1', await take('member-1'));
    await isCutOff();
    expect(left()).not.toMatch(/member-1|phone:/);
    const others = double.log.all.filter(({ streamName }) => !streamName.endsWith(stream)).map(textOf);
    for (const [uuid] of left().matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))
      expect(others.join()).not.toContain(uuid);
    expect(await holder()).toBeUndefined();
    expect(await inArchive()).toEqual([]);
  });

  it('it can be taken again and given back again, before a scavenge and after', async () => {
    for (const streamId of ['member-1', 'member-2', 'member-3']) {
      const tip = await take(streamId);
      expect([await holder(), await inArchive()]).toEqual([streamId, [`${phone} ${streamId}`]]);
      if (streamId === 'member-2') double.log.scavenge();
      const refused = await store.append(appendOf({ streamId: 'member-9', claims: [phone] }));
      expect(refused).toMatchObject({ kind: 'claim-taken', by: { streamId } });
      await giveBack(streamId, tip);
      await store.close();
      await open();
    }
    expect(left()).not.toMatch(/member-\d|phone:/);
  });

  it('what a process did not come to is found by the next that starts, once', async () => {
    const tip = await take('member-1');
    double.faults.plan('unavailable', metadataStream(stream), 1_000);
    await giveBack('member-1', tip);
    await store.close();
    expect(begins()).toBe(0);
    double.faults.clear();
    for (let start = 0; start < 2; start++) {
      await open();
      await isCutOff();
      await store.close();
    }
    const marks = double.log.stream(sweptStream)?.length;
    expect([stream, metadataStream(stream)].map((each) => double.log.stream(each)?.length)).toEqual([1, 1]);
    await open();
    await store.close();
    expect(double.log.stream(sweptStream)).toHaveLength(marks ?? 0);
    expect(left()).not.toMatch(/member-1|phone:/);
    await open();
  });

  it('is tried again until the server takes it', async () => {
    const tip = await take('member-1');
    double.faults.plan('unavailable', metadataStream(stream), 6);
    await giveBack('member-1', tip);
    await isCutOff();
    expect(left()).not.toMatch(/member-1|phone:/);
  }, 20_000);

  it('leaves what else was set for the stream, and whoever holds the name now', async () => {
    const data = Buffer.from('{"$maxCount":50}');
    const set = { id: randomUUID(), type: '$metadata', isJson: true, data, metadata: new Uint8Array() };
    double.log.write([{ streamName: metadataStream(stream), expected: 'no-stream', records: [set] }]);
    await giveBack('member-1', await take('member-1'));
    await take('member-2');
    await isCutOff();
    await store.close();
    expect(left()).toMatch(/"\$maxCount":50,"\$tb":\d/);
    expect(left()).not.toContain('member-1');
    await open();
    expect([await holder(), await inArchive()]).toEqual(['member-2', [`${phone} member-2`]]);
  });

  const names = ['phone:A', 'phone:B'] as const;
  const steps = fc.array(
    fc.record({
      who: fc.constantFrom('member-1', 'member-2', 'member-3'),
      name: fc.constantFrom(...names),
      then: fc.constantFrom('nothing' as const, 'scavenge' as const, 'restart' as const),
    }),
    { maxLength: 12 },
  );

  const between = {
    nothing: () => Promise.resolve(),
    scavenge: async () => double.log.scavenge(),
    restart: async () => {
      await store.close();
      await open();
    },
  };

  it('names are held as the plainest idea of them says, whatever is cut off and scavenged meanwhile', () =>
    fc.assert(
      fc.asyncProperty(steps, async (course) => {
        const run = randomUUID();
        const tips = new Map<string, StreamTip>();
        const held = new Map<string, string>();
        for (const { who, name, then } of course) {
          const [streamId, wanted] = [`${who}-${run}`, `${name}-${run}`];
          const isTheirs = held.get(wanted) === streamId;
          const move = isTheirs ? { releases: [wanted] } : { claims: [wanted] };
          const expected = tips.get(streamId) ?? emptyStream;
          const outcome = await store.append(appendOf({ streamId, expected, events: facts(1), ...move }));
          expect(outcome.kind).toBe(isTheirs || !held.has(wanted) ? 'appended' : 'claim-taken');
          if (outcome.kind === 'appended') tips.set(streamId, outcome.tip);
          if (isTheirs) held.delete(wanted);
          else if (!held.has(wanted)) held.set(wanted, streamId);
          await between[then]();
        }
        for (const name of names) expect(await holder(`${name}-${run}`)).toBe(held.get(`${name}-${run}`));
        const archived = (await inArchive()).filter((each) => each.includes(run));
        expect(archived).toEqual([...held].map(([name, streamId]) => `${name} ${streamId}`).sort());
      }),
      { numRuns: 12 },
    ));
});
