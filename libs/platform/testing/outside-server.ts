/**
 * A suite that needs a server which only the environment can name. Without the setting it is reported as skipped, with
 * the reason in its title, and never as passed.
 *
 * @param setting the name of the environment variable
 */
export const describeWith = (setting: string, title: string, suite: (value: string) => void): void => {
  const value = process.env[setting] ?? '';
  if (value === '') describe.skip(`${title} (skipped: ${setting} not set)`, () => suite(''));
  else describe(title, () => suite(value));
};
