import type { LoggedFact } from './log';
import { auditTopic, type TopicMessage } from './topic';

const fact = (streamId: string, revision: number): LoggedFact => ({
  ...{ streamId, revision, eventId: `${streamId}@${revision}` },
  ...{ type: 'Something', data: {}, at: '', recordedAt: '' },
});

/** A message that carries a fact, at a place in the log. */
const message = (streamId: string, revision: number, position: number, changes: Partial<TopicMessage> = {}) => ({
  partition: 0,
  key: streamId.slice(streamId.indexOf('-') + 1),
  text: JSON.stringify({
    ...{ id: `${streamId}@${revision}`, subject: streamId, streamrevision: revision },
    ...{ logxid: '1', logposition: String(position) },
  }),
  ...changes,
});

const log = [fact('account-a', 0), fact('member-a', 0), fact('account-a', 1), fact('account-b', 0)];
const all = [
  ...[message('account-a', 0, 1), message('member-a', 0, 2)],
  ...[message('account-a', 1, 3), message('account-b', 0, 4)],
] as const;

const faultsOf = (messages: readonly TopicMessage[]): readonly string[] => auditTopic(log, messages).faults;

it('finds nothing wrong with facts in order, told again, or beside messages that are none', () => {
  const nothing = { partition: 0, key: null, text: '{"half":' };
  const { faults, times } = auditTopic(log, [all[0], nothing, all[1], all[0], all[2], all[1], all[3]]);
  expect(faults).toEqual([]);
  expect(times.get('account-a@0')).toBe(2);
  expect(times.get('account-b@0')).toBe(1);
});

it.each<readonly [string, readonly TopicMessage[], string]>([
  ['a hole', [all[1], all[2], all[3], all[0]], 'account-a goes from revision -1 to 1'],
  ['a wrong order of one member', [all[0], all[2], all[1], all[3]], 'event member-a@0 stands behind a later one'],
  ['a fact that is missing', all.slice(0, 3), 'account-b 0 was not published'],
  ['a fact that the log does not hold', [...all, message('account-c', 0, 5)], 'event account-c@0 is not in the log'],
  ['a member in two partitions', [all[0], { ...all[1], partition: 1 }, all[2], all[3]], 'a is in partitions 0 and 1'],
  ['a wrong key', [...all.slice(0, 3), { ...all[3], key: 'x' }], 'account-b 0 has the key x'],
])('finds %s', (_, messages, fault) => expect(faultsOf(messages).join()).toContain(fault));
