import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A birthday that the daily sweep looks at. It is sealed under the member's own key: the table is no list of birthdays
 * to anyone who cannot open every key, and worth nothing for a member who was erased.
 */
@Entity({ name: 'member_birthdays' })
@Index(['storeId', 'memberId'])
export class MemberBirthday {
  @PrimaryColumn('text', { name: 'member_id' })
  memberId: string;

  /** The home store, whose midnight begins the day. */
  @Column('text', { name: 'store_id' })
  storeId: string;

  @Column('text', { name: 'key_id' })
  keyId: string;

  /** Null for a member who does not tell it. */
  @Column('text', { nullable: true })
  birthday: string | null;
}
