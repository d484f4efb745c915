import { MasterKey } from '#libs/platform/crypto/master-key';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import type { Platform } from '#libs/platform/http/platform.module';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { systemClock, type Clock } from '#libs/platform/runtime/clock';

/** All that contexts share, in memory: for tests over real HTTP without a database. */
export const memoryPlatform = (
  clock: Clock = systemClock,
): Platform & { readonly store: MemoryEventStore; readonly runner: CachedCommandRunner } => {
  const store = new MemoryEventStore();
  return {
    store,
    clock,
    runner: new CachedCommandRunner(store, clock),
    masterKey: new MasterKey(new Uint8Array(32).fill(7)),
    dataSource: null,
    ready: () => Promise.resolve(true),
  };
};
