/** Calls listeners back, all at once at the next turn of the event loop, however often it was raised until then. */
export class AppendEcho {
  private readonly listeners = new Set<() => void>();
  private due = false;

  /** Adds a listener; the answer removes it. */
  add(listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  raise(): void {
    if (this.due) return;
    this.due = true;
    setImmediate(() => {
      this.due = false;
      for (const listener of this.listeners) listener();
    });
  }

  /** Forgets every listener. */
  silence(): void {
    this.listeners.clear();
  }
}
