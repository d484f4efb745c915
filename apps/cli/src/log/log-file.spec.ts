import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { logStart } from '#libs/platform/event-store/event-store';
import { LogFile } from './log-file';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-log-file-'));
  path = join(folder, 'log.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const after = (position: number) => ({ xid: 7, position });

/** What so many lines lead to, of which each but a header is an event. */
const reached = (events: number, check = `check of ${events}`) => ({
  ...{ events, check, after: events === 0 ? logStart : after(events) },
});

it('begins empty, at the start of the log', async () => {
  const file = await LogFile.open(path);
  expect([file.check, file.events, file.after]).toEqual(['', 0, logStart]);
  await file.close();
});

it('holds every line, and knows how far it has come', async () => {
  const file = await LogFile.open(path);
  await file.add(['header'], reached(0));
  await file.add(['a', 'b'], reached(2));
  expect([file.check, file.events, file.after]).toEqual(['check of 2', 2, after(2)]);
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('header\na\nb\n');
});

it('has its name only once it is whole, and leaves nothing beside it', async () => {
  const file = await LogFile.open(path);
  await file.add(['a'], reached(1));
  expect((await readdir(folder)).sort()).toEqual(['log.jsonl.part', 'log.jsonl.part.json']);
  await file.finish();
  expect(await readdir(folder)).toEqual(['log.jsonl']);
});

it('goes on after the last whole part when it was cut off', async () => {
  const first = await LogFile.open(path);
  await first.add(['a', '会'], reached(2));
  await first.close();
  const second = await LogFile.open(path);
  expect([second.check, second.events, second.after]).toEqual(['check of 2', 2, after(2)]);
  await second.add(['c'], reached(3));
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('a\n会\nc\n');
});

it('drops what was written of a part that was not noted any more', async () => {
  const first = await LogFile.open(path);
  await first.add(['a'], reached(1));
  await first.close();
  await writeFile(`${path}.part`, 'a\n{"half of a line', { flag: 'w' });
  const second = await LogFile.open(path);
  await second.add(['b'], reached(2));
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('a\nb\n');
});

it('writes anew what comes after the events', async () => {
  const first = await LogFile.open(path);
  await first.add(['a'], reached(1));
  await first.addAgain(['answer', 'name']);
  await first.close();
  const second = await LogFile.open(path);
  expect(second.events).toBe(1);
  await second.addAgain(['another answer']);
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('a\nanother answer\n');
});

it('starts anew where a part is of an earlier form, without checks', async () => {
  await writeFile(`${path}.part`, 'a\n');
  await writeFile(`${path}.part.json`, JSON.stringify({ bytes: 2, events: 1, after: after(1) }));
  const file = await LogFile.open(path);
  expect([file.check, file.events]).toEqual(['', 0]);
  await file.add(['b'], reached(1));
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('b\n');
});

it('starts anew where nothing was noted, whatever lies there', async () => {
  await writeFile(`${path}.part`, 'left over from long ago\n');
  const file = await LogFile.open(path);
  expect(file.check).toBe('');
  await file.add(['a'], reached(1));
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('a\n');
});

it('starts anew when it was cut off between getting its name and forgetting the note', async () => {
  const first = await LogFile.open(path);
  await first.add(['a'], reached(1));
  const note = await readFile(`${path}.part.json`);
  await first.finish();
  await writeFile(`${path}.part.json`, note);
  const second = await LogFile.open(path);
  expect([second.check, second.events, second.after]).toEqual(['', 0, logStart]);
  await second.add(['b'], reached(1));
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('b\n');
  expect(await readdir(folder)).toEqual(['log.jsonl']);
});

it('takes the place of an older file only when it is whole', async () => {
  await writeFile(path, 'yesterday\n');
  const file = await LogFile.open(path);
  await file.add(['today'], reached(1));
  expect(await readFile(path, 'utf8')).toBe('yesterday\n');
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('today\n');
});

it('is packed part by part where its name asks for it, and unpacks as one', async () => {
  const zipped = `${path}.gz`;
  const first = await LogFile.open(zipped);
  await first.add(['header'], reached(0));
  await first.add(['a', 'b'], reached(2));
  await first.close();
  const second = await LogFile.open(zipped);
  await second.add(['c'], reached(3));
  await second.finish();
  expect(gunzipSync(await readFile(zipped)).toString('utf8')).toBe('header\na\nb\nc\n');
});

it('cannot be begun in a folder that there is not', async () => {
  await expect(LogFile.open(join(folder, 'nowhere', 'log.jsonl'))).rejects.toThrow('ENOENT');
});
