import {
  chmod,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { logStart } from '#libs/platform/event-store/event-store';
import { LogFile, type Reached } from './log-file';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-log-file-'));
  path = join(folder, 'log.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Whatever is there is of this log. */
const opened = (at: string, follows = (_: Reached) => Promise.resolve(true)): Promise<LogFile> =>
  LogFile.open(at, follows);

const after = (position: number) => ({ xid: 7, position });

/** What so many lines lead to, of which each but a header is an event. */
const reached = (events: number, check = `check of ${events}`) => ({
  ...{ events, check, after: events === 0 ? logStart : after(events), ends: [`first of ${events}`] },
});

it('begins empty, at the start of the log', async () => {
  const file = await opened(path);
  expect([file.check, file.events, file.after]).toEqual(['', 0, logStart]);
  await file.close();
});

it('holds every line, and knows how far it has come', async () => {
  const file = await opened(path);
  await file.add(['header'], reached(0));
  await file.add(['a', 'b'], reached(2));
  expect([file.check, file.events, file.after]).toEqual(['check of 2', 2, after(2)]);
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('header\na\nb\n');
});

it('has its name only once it is whole, and leaves nothing beside it', async () => {
  const file = await opened(path);
  await file.add(['a'], reached(1));
  expect((await readdir(folder)).sort()).toEqual(['log.jsonl.part', 'log.jsonl.part.json']);
  await file.finish();
  expect(await readdir(folder)).toEqual(['log.jsonl']);
});

it('goes on after the last whole part when it was cut off', async () => {
  const first = await opened(path);
  await first.add(['a', '会'], reached(2));
  await first.close();
  const second = await opened(path);
  expect([second.check, second.events, second.after]).toEqual(['check of 2', 2, after(2)]);
  await second.add(['c'], reached(3));
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('a\n会\nc\n');
});

it('drops what was written of a part that was not noted any more', async () => {
  const first = await opened(path);
  await first.add(['a'], reached(1));
  await first.close();
  await writeFile(`${path}.part`, 'a\n{"half of a line', { flag: 'w' });
  const second = await opened(path);
  await second.add(['b'], reached(2));
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('a\nb\n');
});

it('writes anew what comes after the events', async () => {
  const first = await opened(path);
  await first.add(['a'], reached(1));
  await first.addAgain(['answer', 'name']);
  await first.close();
  const second = await opened(path);
  expect(second.events).toBe(1);
  await second.addAgain(['another answer']);
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('a\nanother answer\n');
});

it('starts anew where a part is of an earlier form, without checks', async () => {
  await writeFile(`${path}.part`, 'a\n');
  await writeFile(`${path}.part.json`, JSON.stringify({ bytes: 2, events: 1, after: after(1) }));
  const file = await opened(path);
  expect([file.check, file.events]).toEqual(['', 0]);
  await file.add(['b'], reached(1));
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('b\n');
});

it('starts anew where what is there is of another log, which is told from what was noted', async () => {
  const first = await opened(path);
  await first.add(['a', 'b'], reached(2));
  await first.close();
  const asked: Reached[] = [];
  const second = await opened(path, (noted) => Promise.resolve(asked.push(noted) === 0));
  expect(asked).toEqual([expect.objectContaining(reached(2))]);
  expect([second.check, second.events, second.after, second.ends]).toEqual(['', 0, logStart, []]);
  await second.add(['c'], reached(1));
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('c\n');
});

it('starts anew when told to forget what was written', async () => {
  const first = await opened(path);
  await first.add(['a'], reached(1));
  await first.forget();
  await first.close();
  const second = await opened(path);
  expect([second.check, second.events]).toEqual(['', 0]);
  await second.close();
});

it('starts anew where nothing was noted, whatever lies there', async () => {
  await writeFile(`${path}.part`, 'left over from long ago\n');
  const file = await opened(path);
  expect(file.check).toBe('');
  await file.add(['a'], reached(1));
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('a\n');
});

it('starts anew when it was cut off between getting its name and forgetting the note', async () => {
  const first = await opened(path);
  await first.add(['a'], reached(1));
  const note = await readFile(`${path}.part.json`);
  await first.finish();
  await writeFile(`${path}.part.json`, note);
  const second = await opened(path);
  expect([second.check, second.events, second.after]).toEqual(['', 0, logStart]);
  await second.add(['b'], reached(1));
  await second.finish();
  expect(await readFile(path, 'utf8')).toBe('b\n');
  expect(await readdir(folder)).toEqual(['log.jsonl']);
});

it('takes the place of an older file only when it is whole', async () => {
  await writeFile(path, 'yesterday\n');
  const file = await opened(path);
  await file.add(['today'], reached(1));
  expect(await readFile(path, 'utf8')).toBe('yesterday\n');
  await file.finish();
  expect(await readFile(path, 'utf8')).toBe('today\n');
});

it('is packed part by part where its name asks for it, and unpacks as one', async () => {
  const zipped = `${path}.gz`;
  const first = await opened(zipped);
  await first.add(['header'], reached(0));
  await first.add(['a', 'b'], reached(2));
  await first.close();
  const second = await opened(zipped);
  await second.add(['c'], reached(3));
  await second.finish();
  expect(gunzipSync(await readFile(zipped)).toString('utf8')).toBe('header\na\nb\nc\n');
});

/** What every open file has in common. */
const fileHandles = async (): Promise<Pick<FileHandle, 'write'>> => {
  const any = await open(join(folder, 'any'), 'w');
  await any.close();
  return Object.getPrototypeOf(any) as FileHandle;
};

describe('a disk that takes less than it was given', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is given the rest again', async () => {
    const handles = await fileHandles();
    const write = handles.write as (...parts: readonly unknown[]) => Promise<unknown>;
    jest.spyOn(handles, 'write').mockImplementation(function (this: FileHandle, ...parts: readonly unknown[]) {
      const [part, from, length, at] = parts as [Buffer, number, number, number];
      return write.call(this, part, from, Math.ceil(length / 2), at) as never;
    });
    const file = await opened(path);
    await file.add(['header', 'a line that is somewhat longer'], reached(1));
    await file.addAgain(['answer']);
    await file.finish();
    expect(await readFile(path, 'utf8')).toBe('header\na line that is somewhat longer\nanswer\n');
  });

  it('and then takes nothing any more, leaves the file without its name', async () => {
    const file = await opened(path);
    await file.add(['a'], reached(1));
    jest.spyOn(await fileHandles(), 'write').mockResolvedValue({ bytesWritten: 0, buffer: Buffer.of() } as never);
    await expect(file.addAgain(['answer'])).rejects.toThrow('cannot be written on');
    await file.close();
    expect(await readdir(folder)).not.toContain('log.jsonl');
  });
});

it('does not get its name when it is shorter than what was written', async () => {
  const file = await opened(path);
  await file.add(['a', 'b'], reached(2));
  await truncate(`${path}.part`, 2);
  await expect(file.finish()).rejects.toThrow('2 bytes where 4 were written');
  await file.close();
  expect(await readdir(folder)).not.toContain('log.jsonl');
});

it('starts anew where less lies there than was noted', async () => {
  const first = await opened(path);
  await first.add(['a', 'b'], reached(2));
  await first.close();
  await truncate(`${path}.part`, 2);
  const second = await opened(path);
  expect([second.check, second.events, second.after]).toEqual(['', 0, logStart]);
  await second.close();
});

it('is for its owner only: whole, begun, gone on with, and the note of it', async () => {
  const modes = async () =>
    Promise.all(
      (await readdir(folder)).map(async (name) => ((await stat(join(folder, name))).mode & 0o777).toString(8)),
    );
  const first = await opened(path);
  await first.add(['a'], reached(1));
  await first.close();
  expect(await modes()).toEqual(['600', '600']);
  await chmod(`${path}.part`, 0o644);
  await writeFile(`${path}.part.json.new`, 'left over');
  const second = await opened(path);
  await second.add(['b'], reached(2));
  expect(await modes()).toEqual(['600', '600']);
  await second.finish();
  expect(await modes()).toEqual(['600']);
});

it('cannot be begun in a folder that there is not', async () => {
  await expect(opened(join(folder, 'nowhere', 'log.jsonl'))).rejects.toThrow('ENOENT');
});
