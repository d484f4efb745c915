import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { programmeId } from './domain/programme.decider';
import { programmeAggregate, StreamRulebooks } from './stream-rulebooks';
import { at, documentWith } from './testing/programmes';

const now = at('2026-03-05T12:00:00+11:00');

it('answers every acknowledged version from the stream', async () => {
  const { runner } = memoryPlatform(new VirtualClock(now));
  const port = new StreamRulebooks(runner);
  const publish = (name: string) =>
    runner.execute({
      aggregate: programmeAggregate,
      id: programmeId,
      command: { type: 'PublishProgramme', document: documentWith({ name }), note: '' },
      context: { now },
      answer: () => ({ status: 201, body: {} }),
    });
  expect((await port.rulebooks()).at(now)).toBeUndefined();
  await publish('First');
  expect((await port.rulebooks()).at(now)?.document.name).toBe('First');
  await publish('Second');
  const books = await port.rulebooks();
  expect([books.at(now - 1)?.document.name, books.at(now)?.document.name]).toEqual(['First', 'Second']);
  expect((await port.rulebooks()).at(now)).toBe(books.at(now));
});
