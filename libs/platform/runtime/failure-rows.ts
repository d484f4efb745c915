/** Failures in a row of things that are done side by side, so that what goes well does not hide what fails. */
export class FailureRows {
  private readonly rows = new Map<string, { readonly count: number; readonly since: number }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes that something failed; answers how often in a row by now. */
  failed(what: string): number {
    const { count, since } = this.rows.get(what) ?? { count: 0, since: this.now() };
    this.rows.set(what, { count: count + 1, since });
    return count + 1;
  }

  /** Notes that something went well, or is no longer ours to do. */
  ended(what: string): void {
    this.rows.delete(what);
  }

  /** Forgets all of them, or all but one. */
  forget(butNot?: string): void {
    for (const what of this.rows.keys()) if (what !== butNot) this.rows.delete(what);
  }

  /** The most failures in a row; 0 when nothing fails. */
  get most(): number {
    let most = 0;
    for (const { count } of this.rows.values()) most = Math.max(most, count);
    return most;
  }

  /** Since when something has failed without a success, as a duration, ms; 0 when nothing fails. */
  get forMs(): number {
    let since = Infinity;
    for (const row of this.rows.values()) since = Math.min(since, row.since);
    return Number.isFinite(since) ? Math.round(this.now() - since) : 0;
  }
}
