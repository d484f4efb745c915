import { attachPostgres, EmbeddedPostgres, type ServerExit } from './embedded-postgres';

/** Which database to use: an outside server by its address, or the embedded one of a data folder. */
export type DatabaseChoice = { readonly url: string } | { readonly folder: string };

/** A database that can be connected to for as long as it is not closed. */
export interface Database {
  /** Connection string, for `new Pool({ connectionString })` and TypeORM's `url` alike. Stays the same over restarts. */
  readonly url: string;
  /** Calls back when an embedded server ended by itself (it is started again). Never for an outside server. */
  onExit(listener: (exit: ServerExit) => void): () => void;
  /** Stops the embedded server if this process started it. Close every connection first. */
  close(): Promise<void>;
}

const nothing = (): void => undefined;

const outside = (url: string): Database => ({ url, onExit: () => nothing, close: async () => undefined });

/**
 * The database of a server process. An embedded one is started, and is this process's alone: throws `FolderInUse` when
 * another process has the folder.
 */
export const openDatabase = async (choice: DatabaseChoice): Promise<Database> => {
  if ('url' in choice) return outside(choice.url);
  const server = await EmbeddedPostgres.start({ folder: choice.folder });
  return { url: server.url, onExit: (listener) => server.onExit(listener), close: () => server.stop() };
};

/**
 * The database of a short-lived command. An embedded one that a server process runs is shared, one that nobody runs is
 * started and stopped again.
 */
export const attachDatabase = async (choice: DatabaseChoice): Promise<Database> => {
  if ('url' in choice) return outside(choice.url);
  const attached = await attachPostgres({ folder: choice.folder });
  const onExit = (listener: (exit: ServerExit) => void) => attached.started?.onExit(listener) ?? nothing;
  return { url: attached.url, onExit, close: () => attached.close() };
};
