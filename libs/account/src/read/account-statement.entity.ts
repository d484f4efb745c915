import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One movement of points, as the statement shows it. */
@Entity({ name: 'account_statement' })
export class AccountStatementLine {
  @PrimaryColumn('text', { name: 'member_id' })
  memberId: string;

  /** The place of the fact in the account's stream. */
  @PrimaryColumn('integer')
  revision: number;

  @Column('timestamptz')
  at: number;

  @Column('text')
  kind: string;

  @Column('text')
  wallet: string;

  /** Added to (+) or taken from (−) the lots, in the wallet's integer unit. */
  @Column('bigint')
  points: number;

  /** Added to (+) or taken off (−) what is owed. */
  @Column('bigint')
  debt: number;

  @Column('text')
  reference: string;
}
