import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold } from '#libs/platform/kernel/decider';
import { noon, purchase, line, standing } from '../testing/programmes';
import { assess } from './earning/assess';
import { programmeDecider, programmeId, rulebooks } from './programme.decider';
import { programmeEvents, type ProgrammePublished } from './programme.events';

const folder = join(__dirname, 'programme.history');
const stored = readdirSync(folder).map((file) => {
  const [type = '', version = ''] = file.split('.');
  const data = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
  return { type, version: Number(version), data };
});

describe.each(stored)('$type, version $version, as once stored', ({ type, version, data }) => {
  const lifted = programmeEvents.upcast(type, version, data);

  it('decodes without losing anything', () => {
    const schema = programmeEvents.all().find((each) => each.type === type)?.schema;
    expect(schema?.parse(lifted)).toEqual(lifted);
  });

  it('is still evaluated', () => {
    const event = { type, at: noon, data: lifted } as unknown as ProgrammePublished;
    const state = fold(programmeDecider, programmeDecider.initial(programmeId), [event]);
    const rulebook = rulebooks(state).at(noon);
    expect(rulebook && assess(rulebook, purchase([line(1, 1000)]), standing()).awards).toMatchObject([
      { rule: 'base', points: 10 },
    ]);
  });
});

it('every version of every event has an example', () =>
  expect(stored.map(({ type, version }) => `${type} ${version}`).sort()).toEqual(
    programmeEvents
      .all()
      .flatMap(({ type, version }) => Array.from({ length: version }, (_, index) => `${type} ${index + 1}`))
      .sort(),
  ));
