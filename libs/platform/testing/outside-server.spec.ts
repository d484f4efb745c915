import { describeWith } from './outside-server';

const setting = 'REGULARS_TEST_OUTSIDE_SERVER';

process.env[setting] = 'tcp://here';
describeWith(setting, 'with the setting', (value) => {
  it('runs, and is told its value', () => expect(value).toBe('tcp://here'));
});

process.env[setting] = '';
const titles: string[] = [];
const whole = describe.skip;
Object.assign(describe, { skip: (title: string) => void titles.push(title) });
describeWith(setting, 'with an empty setting', () => it('must not run', () => expect(true).toBe(false)));
Object.assign(describe, { skip: whole });

it('is skipped without the setting, and says why', () =>
  expect(titles).toEqual([`with an empty setting (skipped: ${setting} not set)`]));
