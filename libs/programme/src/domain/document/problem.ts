/** What is wrong, and where. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
