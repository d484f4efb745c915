/**
 * The last used rows, by key: at least so many as asked for, at most twice as many. Two generations: what the younger
 * lacks is taken over from the older one, and when the younger is full, the older goes. That costs a fraction of what
 * a list in the order of use does, and rows are looked up and kept for every fact.
 */
export class RecentRows {
  private young = new Map<string, object>();
  private old = new Map<string, object>();

  /**
   * @param atLeast how many rows to keep
   * @param onDropped told when rows went to make room
   */
  constructor(
    private readonly atLeast: number,
    private readonly onDropped: () => void,
  ) {}

  get(key: string): object | undefined {
    const row = this.young.get(key);
    if (row !== undefined) return row;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, row: object): void {
    this.young.set(key, row);
    if (this.young.size < this.atLeast) return;
    if (this.old.size > 0) this.onDropped();
    this.old = this.young;
    this.young = new Map();
  }

  delete(key: string): void {
    this.young.delete(key);
    this.old.delete(key);
  }

  clear(): void {
    this.young = new Map();
    this.old = new Map<string, object>();
  }
}
