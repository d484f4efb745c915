import { randomUUID } from 'node:crypto';
import { eventStoreDb24, KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import type { LogPosition } from '../event-store';
import type { NewRecord } from './append-messages';
import { KurrentDbConnection } from './kurrentdb-connection';
import { placeOf } from './log-record';
import { defaultPatience } from './patience';
import { commandIn, holderIn, Registry, type Entry } from './registry';
import { SureWriter } from './sure-writer';
import {
  claimStream,
  commandStream,
  metadataStream,
  metadataType,
  technicalRecord,
  technicalType,
  type Anchor,
} from './technical-records';

const patience = { ...defaultPatience, appendMs: 300, takeOverMs: 30 };
const name = 'card:1';
const stream = claimStream(name);

let double: KurrentDbDouble;
let connection: KurrentDbConnection;
let registry: Registry;

beforeEach(async () => {
  double = await KurrentDbDouble.start(eventStoreDb24);
  connection = new KurrentDbConnection(double.url, defaultPatience);
  registry = new Registry(connection, new SureWriter(connection), patience);
});
afterEach(async () => {
  await connection.close();
  double.stop();
});

const write = async (streamName: string, ...records: readonly NewRecord[]): Promise<void> => {
  const after = (await connection.readStream(streamName, { from: 'end', count: 1 }))[0]?.revision ?? -1;
  expect(await connection.append([{ streamName, after, records }])).toBe('written');
};
const claimed = (streamId: string, attempt: string, anchor?: Anchor): NewRecord =>
  technicalRecord(
    technicalType.claimed,
    { name, streamId, revision: 0, attempt, ...(anchor && { anchor }) },
    randomUUID(),
  );
const released = (streamId: string, attempt: string): NewRecord =>
  technicalRecord(technicalType.released, { name, streamId, attempt }, randomUUID());
const withdrawn = (attempt: string): NewRecord => technicalRecord(technicalType.withdrawn, { attempt }, randomUUID());
const event = (id: string = randomUUID()): NewRecord => ({ id, type: 'PointsEarned', text: '{}' });
const anchorAt = (revision: number, id: string = randomUUID()): Anchor => ({ streamName: 'account-1', revision, id });
const holder = ({ valid }: Entry): string | undefined => holderIn(valid)?.streamId;
const typesIn = (streamName: string): string[] => (double.log.stream(streamName) ?? []).map(({ type }) => type);
const asker = (attempt = 'me', anchor?: Anchor) => ({ attempt, anchor });

describe('a name', () => {
  it('that nobody ever took is held by nobody', async () => {
    expect(await registry.entry(stream)).toEqual({ last: -1, placed: false });
    expect(await registry.findClaims([name])).toEqual(new Map());
  });

  it('is held by the last who took it, until it is given back', async () => {
    await write(stream, claimed('account-1', 'one'), released('account-1', 'two'), claimed('account-2', 'three'));
    expect(await registry.findClaims([name, 'card:2'])).toEqual(
      new Map([[name, { streamId: 'account-2', revision: 0 }]]),
    );
    await write(stream, released('account-2', 'four'));
    expect(await registry.findClaims([name])).toEqual(new Map());
    expect(await registry.entry(stream)).toMatchObject({ last: 3, placed: false });
  });

  it('is found however many took it in vain afterwards', async () => {
    await write(stream, claimed('account-1', 'first'));
    for (let count = 0; count < 40; count++)
      await write(stream, claimed('account-2', `vain-${count}`), withdrawn(`vain-${count}`));
    const entry = await registry.entry(stream);
    expect([holder(entry), entry.last]).toEqual(['account-1', 80]);
  });
});

describe('what was announced', () => {
  it('counts once its append stands at its place', async () => {
    const mine = event();
    await write(stream, claimed('account-1', 'one', anchorAt(0, mine.id)));
    expect(holder(await registry.entry(stream))).toBeUndefined();
    await write('account-1', mine);
    expect(holder(await registry.entry(stream))).toBe('account-1');
  });

  it('never counts where another stands there, and what was before it does', async () => {
    await write('account-1', event());
    await write(stream, claimed('account-2', 'before'), claimed('account-1', 'one', anchorAt(0)));
    expect(holder(await registry.entry(stream, asker()))).toBe('account-2');
    expect(typesIn('account-1')).toEqual(['PointsEarned']);
  });

  it('is kept from coming true by the next who asks on behalf of an append', async () => {
    const mine = event();
    await write(stream, claimed('account-1', 'one', anchorAt(0, mine.id)));
    expect(holder(await registry.entry(stream, asker()))).toBeUndefined();
    expect(typesIn('account-1')).toEqual(['_Fenced']);
    expect(await connection.append([{ streamName: 'account-1', after: -1, records: [mine] }])).toBe('elsewhere');
  });

  it('is left open by whoever only looks', async () => {
    await write(stream, claimed('account-1', 'one', anchorAt(0)));
    await registry.entry(stream);
    await registry.findClaims([name]);
    expect(typesIn('account-1')).toEqual([]);
  });

  it('may come true while the next one waits', async () => {
    const mine = event();
    const slow = new Registry(connection, new SureWriter(connection), { takeOverMs: 5_000 });
    await write(stream, claimed('account-1', 'one', anchorAt(0, mine.id)));
    const asked = slow.entry(stream, asker());
    await write('account-1', mine);
    expect(holder(await asked)).toBe('account-1');
    expect(typesIn('account-1')).toEqual(['PointsEarned']);
  });

  it('by the asker itself for this very append is placed, and for an earlier try is not', async () => {
    const anchor = anchorAt(0);
    await write(stream, claimed('account-1', 'me', anchor));
    expect(await registry.entry(stream, asker('me', anchor))).toEqual({ last: 0, placed: true });
    expect(await registry.entry(stream, asker('me', anchorAt(1, anchor.id)))).toEqual({ last: 0, placed: false });
    expect(typesIn('account-1')).toEqual([]);
  });
});

describe('as of a place in the log', () => {
  const placeOfLast = async (streamName: string): Promise<LogPosition> => {
    const [last] = await connection.readStream(streamName, { from: 'end', count: 1 });
    return placeOf(last!);
  };
  const holderAt = async (place: LogPosition): Promise<string | undefined> =>
    holderIn(await registry.at(stream, place))?.streamId;

  it('a name is held by whoever held it then', async () => {
    await write(stream, claimed('account-1', 'one'));
    const first = await placeOfLast(stream);
    await write(stream, released('account-1', 'two'), claimed('account-2', 'three'));
    expect([await holderAt(first), await holderAt(await placeOfLast(stream))]).toEqual(['account-1', 'account-2']);
    expect(await holderAt({ xid: 0, position: 0 })).toBeUndefined();
  });

  it('a name whose stream was cut off since was held by nobody that can still be told', async () => {
    await write(stream, claimed('account-1', 'one'));
    const first = await placeOfLast(stream);
    await write(stream, released('account-1', 'two'), claimed('account-2', 'three'));
    await write(metadataStream(stream), { id: randomUUID(), type: metadataType, text: '{"$tb":2}' });
    expect([await holderAt(first), await holderAt(await placeOfLast(stream))]).toEqual([undefined, 'account-2']);
    expect(holder(await registry.entry(stream, asker()))).toBe('account-2');
  });

  it('what was announced does not count before its append was made, and nothing is decided', async () => {
    const mine = event();
    await write(stream, claimed('account-1', 'one', anchorAt(0, mine.id)));
    const announced = await placeOfLast(stream);
    expect(await holderAt(announced)).toBeUndefined();
    expect(typesIn('account-1')).toEqual([]);
    await write('account-1', mine);
    expect([await holderAt(announced), await holderAt(await placeOfLast('account-1'))]).toEqual([
      undefined,
      'account-1',
    ]);
  });
});

describe('a command', () => {
  const command = { credential: 'till-7', key: 'k', requestHash: 'h', status: 201, answer: '{"points":5}' };

  it('is found under its credential and key, with its answer', async () => {
    const data = { command, streamId: 'account-1', revision: 3, attempt: 'one' };
    await write(commandStream(command), technicalRecord(technicalType.accepted, data, randomUUID()));
    expect(await registry.findCommand('till-7', 'k')).toEqual(command);
    expect(await registry.findCommand('till-8', 'k')).toBeUndefined();
    const { valid } = await registry.entry(commandStream(command));
    expect([commandIn(valid), holderIn(valid)]).toEqual([data, undefined]);
  });
});
