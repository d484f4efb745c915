/** What was measured did not do its work rightly: no figure of it is worth anything. */
export class WrongResult extends Error {
  constructor(what: string) {
    super(`No figures: ${what}`);
    this.name = 'WrongResult';
  }
}

/** Throws {@link WrongResult} unless both are the same. */
export const expectSame = (what: string, found: number, expected: number): void => {
  if (found !== expected) throw new WrongResult(`${what}: ${found} instead of ${expected}.`);
};
