import { DataSource, type QueryRunner } from 'typeorm';
import { ensureReadSchema } from '#libs/platform/read-models/read-schema';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { Copies } from '../copies';

/** A database in which a log, a topic and what feeds noted are laid side by side. */
export class CopiedGround {
  private constructor(
    private readonly database: FreshDatabase,
    readonly source: DataSource,
    readonly connection: QueryRunner,
  ) {}

  /** One with nothing in it. */
  static async open(): Promise<CopiedGround> {
    const database = await freshDatabase();
    const source = await new DataSource({ type: 'postgres', url: database.url, poolSize: 2 }).initialize();
    await ensureReadSchema(source);
    return new CopiedGround(database, source, source.createQueryRunner());
  }

  /** Empty tables to compare in. */
  copies(): Promise<Copies> {
    return Copies.create(this.connection);
  }

  async close(): Promise<void> {
    await this.connection.release();
    await this.source.destroy();
    await this.database.drop();
  }
}
