import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#libs/platform/postgres/embedded-postgres';

/** A data folder that is removed after the work. Others may pass through, as PostgreSQL's own account has to. */
export const inThrowAwayFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'regulars-bench-'));
  await chmod(folder, 0o755);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A PostgreSQL of its own, as durable as the embedded one always is. */
export const withThrowAwayPostgres = <T>(work: (url: string) => Promise<T>): Promise<T> =>
  inThrowAwayFolder(async (folder) => {
    const server = await EmbeddedPostgres.start({ folder });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  });
