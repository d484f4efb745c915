import { Column, DataSource, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row with every kind of column that read models use. */
@Entity({ name: 'everything', schema: 'read' })
@Index(['amount', 'at'])
@Index(['label'], { unique: true, where: 'label IS NOT NULL' })
export class EverythingRow {
  @PrimaryColumn({ name: 'store_id', type: 'text' })
  readonly storeId!: string;

  @PrimaryColumn({ type: 'date' })
  readonly day!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly line!: number;

  @Column({ type: 'bigint' })
  readonly amount!: number;

  @Column({ type: 'timestamptz' })
  readonly at!: number;

  @Column({ type: 'timestamptz', nullable: true })
  readonly until!: number | null;

  @Column({ type: 'boolean' })
  readonly open!: boolean;

  @Column({ type: 'text', nullable: true })
  readonly label!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  readonly parts!: unknown;

  @Column({ type: 'double precision' })
  readonly share!: number;
}

/** A row that is nothing but its key. */
@Entity({ name: 'only_key', schema: 'read' })
export class OnlyKeyRow {
  @PrimaryColumn({ type: 'text' })
  readonly id!: string;
}

/** Connects to a database with these tables described. */
export const connectEverything = (url: string): Promise<DataSource> =>
  new DataSource({ type: 'postgres', url, entities: [EverythingRow, OnlyKeyRow] }).initialize();
