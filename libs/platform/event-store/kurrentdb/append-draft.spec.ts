import { accepted, appendOf, facts } from '#libs/platform/testing/event-store.fixtures';
import { emptyStream, type AppendRequest } from '../event-store';
import {
  anchorOfDraft,
  decisiveWrite,
  draftOf,
  freshStanding,
  otherWrites,
  streamsOf,
  type Draft,
  type Standing,
} from './append-draft';
import type { NewRecord, Write } from './append-messages';
import { claimStream, commandStream, settledStream } from './technical-records';

const command = accepted('k-1');
const draft = (parts: Partial<AppendRequest> = {}): Draft => draftOf(appendOf({ streamId: 'account-1', ...parts }));
const saying = (record: NewRecord | undefined): unknown => JSON.parse(record?.text ?? 'null');
const shapeOf = ({ streamName, after, records }: Write): unknown => [
  streamName,
  after,
  records.map(({ type }) => type),
];
const standing = (parts: Partial<Standing> = {}): Standing => ({ ...freshStanding(-1), ...parts });

describe('a request as a draft', () => {
  it('leads to the tip after its events, or stays where it is without any', () => {
    const { records, tip, request } = draft({ events: facts(3) });
    expect(records.map(({ text }) => text)).toEqual(request.events.map(({ data }) => data));
    expect(tip).toMatchObject({ revision: 2, hash: records[2]?.metadata?.['hash'] });
    const expected = { revision: 4, hash: 'ab' };
    expect(draft({ events: [], command, expected }).tip).toEqual(expected);
  });

  it('is told apart from a repeat with the very same events', () => {
    const request = appendOf();
    expect(draftOf(request).attempt).not.toBe(draftOf(request).attempt);
    expect(draftOf(request).records).toEqual(draftOf(request).records);
  });

  it('does not give back what it takes', () => {
    const { claims, releases } = draft({ claims: ['card:1'], releases: ['card:1', 'card:2'] });
    expect([...claims.values()]).toEqual(['card:1']);
    expect([...releases.values()]).toEqual(['card:2']);
  });

  it('touches its stream, its command and every name', () => {
    expect(streamsOf(draft())).toEqual(['account-1']);
    expect(streamsOf(draft({ command, claims: ['card:1'], releases: ['card:2'] }))).toEqual([
      'account-1',
      commandStream(command),
      claimStream('card:1'),
      claimStream('card:2'),
    ]);
  });
});

describe('the write that decides', () => {
  it('is that of the events, right after where the stream stands', () => {
    const made = draft({ events: facts(2), command, claims: ['card:1'] });
    const write = decisiveWrite(made, freshStanding(6));
    expect(write).toEqual({ streamName: 'account-1', after: 6, records: made.records });
    expect(anchorOfDraft(made, freshStanding(6))).toEqual({
      streamName: 'account-1',
      revision: 7,
      id: made.records[0]?.id,
    });
  });

  it('is that of the command where there is no event, recognised by its attempt', () => {
    const made = draft({ events: [], command });
    const write = decisiveWrite(made, standing({ command: { last: 2, placed: false } }));
    expect(write).toMatchObject({ streamName: commandStream(command), after: 2 });
    expect(write?.records).toEqual([expect.objectContaining({ id: made.attempt, type: '_CommandAccepted' })]);
    expect(saying(write?.records[0])).toEqual({
      ...{ command, streamId: 'account-1', revision: -1, attempt: made.attempt },
    });
  });

  it('is a record of its own where only names move, and none where none does', () => {
    const taking = draft({ events: [], claims: ['card:1'] });
    const write = decisiveWrite(taking, standing());
    expect(write && shapeOf(write)).toEqual([settledStream(taking.attempt), -1, ['_AppendSettled']]);
    const giving = draft({ events: [], releases: ['card:2'] });
    expect(decisiveWrite(giving, standing())).toBeUndefined();
    expect(anchorOfDraft(giving, standing())).toBeUndefined();
    const held = standing({ held: new Set([claimStream('card:2')]) });
    expect(decisiveWrite(giving, held)?.streamName).toBe(settledStream(giving.attempt));
  });
});

describe('what is written beside it', () => {
  it('is nothing for plain events', () => expect(otherWrites(draft(), standing())).toEqual([]));

  it('is the answer first, then names that are taken, then those that are given back', () => {
    const made = draft({ events: facts(2), command, claims: ['card:1'], releases: ['card:2', 'card:3'] });
    const held = new Set([claimStream('card:2')]);
    const names = new Map([[claimStream('card:1'), { last: 3, placed: false }]]);
    const writes = otherWrites(made, standing({ names, held }));
    expect(writes.map(shapeOf)).toEqual([
      [commandStream(command), -1, ['_CommandAccepted']],
      [claimStream('card:1'), 3, ['_NameClaimed']],
      [claimStream('card:2'), -1, ['_NameReleased']],
    ]);
    const common = { streamId: 'account-1', attempt: made.attempt };
    expect(writes.map(({ records }) => saying(records[0]))).toEqual([
      { ...common, command, revision: 1 },
      { ...common, name: 'card:1', revision: 1 },
      { ...common, name: 'card:2' },
    ]);
  });

  it('names the anchor when it is announced', () => {
    const made = draft({ command, claims: ['card:1'] });
    const anchor = anchorOfDraft(made, standing());
    const announced = otherWrites(made, standing(), anchor).map(({ records }) => saying(records[0]));
    expect(announced).toEqual([expect.objectContaining({ anchor }), expect.objectContaining({ anchor })]);
  });

  it('leaves out what stands there already', () => {
    const made = draft({ command, claims: ['card:1', 'card:2'] });
    const placed = { last: 0, placed: true };
    const names = new Map([[claimStream('card:2'), placed]]);
    expect(otherWrites(made, standing({ command: placed, names })).map(({ streamName }) => streamName)).toEqual([
      claimStream('card:1'),
    ]);
  });

  it('does not repeat an answer that decides', () =>
    expect(otherWrites(draft({ events: [], command, expected: emptyStream }), standing())).toEqual([]));
});
