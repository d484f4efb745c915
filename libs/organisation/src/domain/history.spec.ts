import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { staffEvents } from './staff.events';
import { storeEvents } from './store.events';
import { tillEvents } from './till.events';

const catalogues: readonly (readonly [string, EventCatalogue])[] = [
  ['store', storeEvents],
  ['till', tillEvents],
  ['staff', staffEvents],
];

describe.each(catalogues)('%s', (aggregate, catalogue) => {
  const folder = join(__dirname, `${aggregate}.history`);
  const files = readdirSync(folder);

  it('has an example of every version of every event', () => {
    const expected = catalogue
      .all()
      .flatMap(({ type, version }) => Array.from({ length: version }, (_, n) => `${type}.${n + 1}.json`));
    expect(files.sort()).toEqual(expected.sort());
  });

  it.each(files)('%s can still be read', (file) => {
    const [type = '', version] = file.split('.');
    const stored = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
    const schema = catalogue.all().find((each) => each.type === type)?.schema;
    expect(schema?.safeParse(catalogue.upcast(type, Number(version), stored))).toMatchObject({ success: true });
  });
});
