import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A ticket too old to be booked by itself. */
@Entity({ name: 'ticket_reviews' })
@Index(['storeId', 'status', 'reviewId'])
export class TicketReview {
  @PrimaryColumn('text', { name: 'review_id' })
  reviewId: string;

  @Column('text', { name: 'store_id' })
  storeId: string;

  @Column('text', { name: 'member_id' })
  memberId: string;

  @Column('text', { name: 'till_id' })
  tillId: string;

  @Column('text', { name: 'ticket_no' })
  ticketNo: string;

  /** `YYYY-MM-DD`. */
  @Column('date', { name: 'business_date' })
  businessDate: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: number;

  @Column('timestamptz', { name: 'set_aside_at' })
  setAsideAt: number;

  @Column('bigint', { name: 'net_minor' })
  netMinor: number;

  /** `open`, `accepted` or `rejected`. */
  @Column('text')
  status: string;
}
