import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this process alone. */
export interface TemporaryFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

const forced = { recursive: true, force: true } as const;

const open = new Set<string>();
const removeAll = (): void => {
  for (const path of open) rmSync(path, forced);
};

/**
 * A folder for temporary files under the system's, which only this user may read. It holds what members bought, so it is
 * gone when the process exits, even if whoever made it had no time to remove it.
 */
export const temporaryFolder = async (prefix: string): Promise<TemporaryFolder> => {
  const path = await mkdtemp(join(tmpdir(), prefix));
  if (open.size === 0) process.once('exit', removeAll);
  open.add(path);
  return {
    path,
    remove: async () => {
      await rm(path, forced);
      open.delete(path);
      if (open.size === 0) process.off('exit', removeAll);
    },
  };
};
