import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What members bought in one store on one of its business dates. Money in minor units of the store's currency. */
@Entity({ name: 'store_day_sales' })
export class StoreDaySales {
  @PrimaryColumn('text', { name: 'store_id' })
  storeId: string;

  /** `YYYY-MM-DD`. */
  @PrimaryColumn('date')
  day: string;

  @Column('integer')
  sales: number;

  @Column('bigint', { name: 'net_minor' })
  netMinor: number;

  @Column('integer')
  returns: number;

  @Column('bigint', { name: 'returned_minor' })
  returnedMinor: number;

  @Column('integer')
  visits: number;
}
