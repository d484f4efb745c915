import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CheckedLines, type LogEntry } from './log-lines';
import { DamagedFile, logEntries, type ReadEntry } from './log-reading';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-log-reading-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const claim = (name: string): LogEntry => ({ kind: 'claim', claim: { name, streamId: 'account-1', revision: 0 } });
const follower: LogEntry = { kind: 'follower', follower: { name: 'relay', events: 0 } };
const end = (claims: number): LogEntry => ({ kind: 'end', counts: { events: 0, commands: 0, claims, followers: 1 } });
const whole = [claim('a'), claim('b'), follower, end(2)];

const written = (entries: readonly LogEntry[]): string[] => {
  const lines = new CheckedLines();
  return [lines.header(), ...entries.map((entry) => lines.entry(entry))];
};

const readAll = async (content: string | Buffer, onProgress?: (done: number, of: number) => void) => {
  const path = join(folder, 'log.jsonl');
  await writeFile(path, content);
  const entries: ReadEntry[] = [];
  for await (const entry of logEntries(path, onProgress)) entries.push(entry);
  return entries;
};

it.each<[string, (text: string) => string | Buffer]>([
  ['plain', (text) => text],
  ['packed', (text) => gzipSync(text)],
  ['packed in parts', (text) => Buffer.concat([gzipSync(text.slice(0, 90)), gzipSync(text.slice(90))])],
  ['with line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
  ['without a last line end', (text) => text.trimEnd()],
])('reads a %s file, every entry with its line', async (_, pack) => {
  const seen: number[] = [];
  const text = `${written(whole).join('\n')}\n`;
  const entries = await readAll(pack(text), (done, of) => seen.push(done / of));
  expect(entries).toEqual(whole.map((entry, index) => ({ ...entry, line: index + 2 })));
  expect(seen.at(-1)).toBe(1);
});

const damaged = async (content: string | Buffer): Promise<DamagedFile> => {
  const error: unknown = await readAll(content).catch((reason: unknown) => reason);
  if (error instanceof DamagedFile) return error;
  throw new Error(`The file was read: ${String(error)}`);
};

const joined = (lines: readonly string[]): string => lines.join('\n');

it.each<[string, () => string | Buffer, number, string]>([
  ['is empty', () => '', 1, 'the file is cut off here'],
  ['is something else', () => 'member,store,ticket\n', 1, 'no log as "regulars export" writes it'],
  ['is other JSON', () => '{"format":"other"}\n', 1, 'no log as "regulars export" writes it'],
  ['is of version 1', () => '{"format":"regulars-log","version":1}\n', 1, 'Export the log again'],
  ['is of a later version', () => '{"format":"regulars-log","version":3}\n', 1, 'this program reads version 2'],
  ['has an altered line', () => joined(written(whole)).replace('"name":"b"', '"name":"c"'), 3, 'it is damaged'],
  ['has an altered check', () => joined(written(whole)).replace(/("b".*"check":")./, '$1x'), 3, 'it is damaged'],
  ['lacks a line', () => joined(written(whole).filter((_, at) => at !== 1)), 2, 'does not follow on'],
  ['lacks its end', () => joined(written(whole).slice(0, -1)), 5, 'the file is cut off here'],
  ['ends within a line', () => joined(written(whole)).slice(0, -9), 5, 'it is damaged'],
  ['is packed and cut off', () => gzipSync(joined(written(whole))).subarray(0, -12), 5, 'unexpected end of file'],
  ['goes on after its end', () => joined([...written(whole), 'more']), 6, 'there is more after the end'],
  ['mixes kinds', () => joined(written([follower, claim('a'), end(1)])), 3, 'claim comes after one of kind follower'],
  ['counts wrongly', () => joined(written([claim('a'), follower, end(2)])), 4, 'does not count what the file holds'],
])('refuses a file that %s', async (_, content, line, why) => {
  const error = await damaged(content());
  expect(error.message).toContain(why);
  expect(error.line).toBe(line);
  expect(error.message).toMatch(new RegExp(`^Line ${line}: `));
});

it('refuses bytes that cannot be unpacked', async () => {
  const packed = gzipSync(joined(written(whole)));
  packed.fill(0xff, 20, 60);
  expect((await damaged(packed)).message).toMatch(/^Line \d+: /);
});

it('says that there is no file', async () => {
  await expect(logEntries(join(folder, 'nowhere.jsonl')).next()).rejects.toThrow('ENOENT');
});
