import { busOf } from './bus';

it('a chain that is told nothing has the names that its services have', () =>
  expect(busOf({})).toMatchObject({
    topic: { name: 'regulars.facts', partitions: 12 },
    feeds: { readModels: 'regulars.read-models', policies: 'regulars.policies' },
  }));

it('a prefix keeps everything of two chains on one bus apart', () => {
  const [one, other] = [busOf({ kafkaPrefix: 'north' }), busOf({ kafkaPrefix: 'south' })];
  expect(one.topic.name).toBe('north.facts');
  expect(Object.values(one.feeds)).toEqual(['north.read-models', 'north.policies']);
  const namesOf = ({ topic, feeds }: typeof one): readonly string[] => [topic.name, ...Object.values(feeds)];
  expect(namesOf(one).filter((name) => namesOf(other).includes(name))).toEqual([]);
});

it('read models and policies never share their progress', () => {
  const { readModels, policies } = busOf({}).feeds;
  expect(readModels).not.toBe(policies);
});
