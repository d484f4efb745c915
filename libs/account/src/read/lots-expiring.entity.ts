import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A lot that still holds points and has an end. */
@Entity({ name: 'lots_expiring' })
@Index(['expiresAt'])
export class ExpiringLot {
  @PrimaryColumn('text', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('text', { name: 'lot_id' })
  lotId: string;

  @Column('text')
  wallet: string;

  /** '' for a lot that no store issued. */
  @Column('text', { name: 'issuing_store' })
  issuingStore: string;

  /** What the lot holds, points on hold included, in the wallet's integer unit. */
  @Column('bigint')
  points: number;

  /** Exclusive; null while that waits for an activation, or when it never ends. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: number | null;
}
