import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a wallet's lots hold, pending ones included, and what is owed. In the wallet's integer unit. */
export interface WalletTotal {
  readonly points: number;
  readonly debt: number;
}

/** An account in one line, for lists and reports; the account itself answers what is spendable now. */
@Entity({ name: 'account_overview' })
export class AccountOverview {
  @PrimaryColumn('text', { name: 'member_id' })
  memberId: string;

  @Column('integer')
  purchases: number;

  @Column('integer')
  visits: number;

  /** Minor units, less returns. */
  @Column('bigint', { name: 'net_minor' })
  netMinor: number;

  @Column('timestamptz', { name: 'last_purchase_at', nullable: true })
  lastPurchaseAt: number | null;

  /** The tier by the last recorded step; null before the first. */
  @Column('text', { nullable: true })
  tier: string | null;

  /** By wallet code. */
  @Column('jsonb')
  wallets: Readonly<Record<string, WalletTotal>>;
}
