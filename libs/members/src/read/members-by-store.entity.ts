import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A line of a store's member list. Nothing in it is personal. */
@Entity({ name: 'members_by_store' })
@Index(['storeId', 'memberId'])
export class MemberByStore {
  @PrimaryColumn('text', { name: 'member_id' })
  memberId: string;

  /** The home store. */
  @Column('text', { name: 'store_id' })
  storeId: string;

  @Column('text')
  channel: string;

  /** Milliseconds since 1970. */
  @Column('timestamptz', { name: 'enrolled_at' })
  enrolledAt: number;

  /** `active`, `suspended` or `erased`. */
  @Column('text')
  state: string;
}
