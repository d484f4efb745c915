import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What became of the points that one store issued, on one day of the books: opening + issued − spent − expired −
 * reversed + adjusted + converted = closing, where the opening is the sum of all days before. In the wallet's unit.
 */
@Entity({ name: 'store_day_points' })
export class StoreDayPoints {
  /** '' for points that no store issued. */
  @PrimaryColumn('text', { name: 'store_id' })
  storeId: string;

  @PrimaryColumn('text')
  wallet: string;

  /** `YYYY-MM-DD`. */
  @PrimaryColumn('date')
  day: string;

  @Column('bigint')
  issued: number;

  @Column('bigint')
  spent: number;

  @Column('bigint')
  expired: number;

  @Column('bigint')
  reversed: number;

  @Column('bigint')
  adjusted: number;

  @Column('bigint')
  converted: number;
}
