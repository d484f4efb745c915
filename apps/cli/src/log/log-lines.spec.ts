import fc from 'fast-check';
import { CheckedLines, entryIn, header, UncheckedLines, type LogEntry } from './log-lines';

const text = fc.string({ unit: 'binary' });
const revision = fc.nat();
const instant = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(9999, 0) });
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

const entry: fc.Arbitrary<LogEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('event' as const),
    event: fc.record({
      ...{ streamId: text, revision, eventId: fc.uuid(), type: text, schemaVersion: fc.integer({ min: 1, max: 99 }) },
      ...{ data: text, meta: text, occurredAt: instant, recordedAt: instant, hash },
    }),
  }),
  fc.record({
    kind: fc.constant('command' as const),
    command: fc.record({
      ...{ credential: text, key: text, requestHash: text, answer: text, streamId: text },
      ...{ status: fc.integer({ min: 0, max: 999 }), revision: fc.integer({ min: -1 }) },
    }),
  }),
  fc.record({ kind: fc.constant('claim' as const), claim: fc.record({ name: text, streamId: text, revision }) }),
  fc.record({ kind: fc.constant('follower' as const), follower: fc.record({ name: text, events: revision }) }),
  fc.record({
    kind: fc.constant('end' as const),
    counts: fc.record({ events: revision, commands: revision, claims: revision, followers: revision }),
  }),
);

const written = (entries: readonly LogEntry[]): readonly string[] => {
  const lines = new CheckedLines();
  return [lines.header(), ...entries.map((each) => lines.entry(each))];
};

const read = (lines: readonly string[]): readonly (string | undefined)[] => {
  const reader = new UncheckedLines();
  return lines.map((line) => reader.textOf(line));
};

it('reads every entry as it was written, one line each', () =>
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), (entries) => {
      const lines = written(entries);
      expect(lines.some((line) => line.includes('\n'))).toBe(false);
      const [first, ...texts] = read(lines);
      expect(JSON.parse(first ?? '')).toEqual(header);
      expect(texts.map((each) => entryIn(each ?? ''))).toEqual(entries);
    }),
  ));

it('finds every change to a line at that line', () =>
  fc.assert(
    fc.property(fc.array(entry, { minLength: 2, maxLength: 5 }), fc.nat(), fc.nat(), fc.string(), (...drawn) => {
      const [entries, which, where, what] = drawn;
      const lines = [...written(entries)];
      const at = which % lines.length;
      const line = lines[at] ?? '';
      const cut = where % line.length;
      const altered = line.slice(0, cut) + what + line.slice(cut + 1);
      fc.pre(altered !== line);
      lines[at] = altered;
      expect(read(lines).indexOf(undefined)).toBe(at);
    }),
  ));

it.each<[string, (lines: readonly string[]) => readonly string[], number]>([
  ['lost', (lines) => lines.filter((_, at) => at !== 2), 2],
  ['told twice', (lines) => [...lines.slice(0, 3), ...lines.slice(2)], 3],
  ['swapped with the next', ([a, b, c, ...rest]) => [a, c, b, ...rest].map(String), 1],
  ['of another file', (lines) => [...lines.slice(0, 2), ...written([]).slice(0, 1), ...lines.slice(2)], 2],
])('finds a line that is %s where it shows', (_, change, at) => {
  const claims = ['a', 'b', 'c', 'd'].map((name): LogEntry => ({
    kind: 'claim',
    claim: { name, streamId: 'account-1', revision: 0 },
  }));
  expect(read(change(written(claims))).indexOf(undefined)).toBe(at);
});

it('goes on from the check of an earlier line as if it had written that one too', () => {
  const end: LogEntry = { kind: 'end', counts: { events: 0, commands: 0, claims: 0, followers: 0 } };
  const first = new CheckedLines();
  const headerLine = first.header();
  const second = new CheckedLines(first.check);
  expect([headerLine, second.entry(end)]).toEqual(written([end]));
});

it.each<[string, object, RegExp]>([
  ['no kind', { stream: 'account-1' }, /^kind /],
  ['an unknown kind', { kind: 'rumour' }, /^kind /],
  ['a field too many', { kind: 'claim', name: 'a', stream: 's', revision: 0, colour: 'red' }, /colour/],
  ['a field too few', { kind: 'claim', name: 'a', stream: 's' }, /^revision /],
  ['no number', { kind: 'follower', name: 'a', events: 'all' }, /^events /],
])('says what is wrong with a line with %s', (_, content, why) => {
  expect(entryIn(JSON.stringify(content))).toMatch(why);
});

it('takes instants only as it writes them', () => {
  const event = { kind: 'event', stream: 's', revision: 0, eventId: '0b7c3f52-7f4e-5c55-8c56-2f3b1f5a9d11', type: 'T' };
  const rest = {
    schemaVersion: 1,
    recordedAt: '2026-03-01T07:20:00.000Z',
    data: '{}',
    meta: '{}',
    hash: 'a'.repeat(64),
  };
  const at = (occurredAt: string) => entryIn(JSON.stringify({ ...event, ...rest, occurredAt }));
  expect(at('2026-03-01T07:20:00.000Z')).toMatchObject({ kind: 'event' });
  expect(at('2026-03-01T08:20:00.000+01:00')).toMatch(/^occurredAt Must be an instant/);
  expect(at('soon')).toMatch(/^occurredAt /);
});
