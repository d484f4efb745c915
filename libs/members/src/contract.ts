import { z } from 'zod';
import type { Instant } from '#libs/platform/kernel/instant';

/**
 * Someone became a member of this chain at `enrolledAt` (which may lie before the recording). The member's id is the
 * stream's; everything personal in the fact is sealed and not for others.
 */
export const memberEnrolled = z.object({
  storeId: z.string(),
  channel: z.string(),
  enrolledAt: z.int(),
  referrerMemberId: z.string().optional(),
});
export type MemberEnrolled = z.infer<typeof memberEnrolled>;

/** The member is forgotten: nothing personal can be read any more. What else is known of them stays, unnamed. */
export const memberErased = z.object({ reason: z.string().optional() });
export type MemberErased = z.infer<typeof memberErased>;

/** The member's birthday of `year` began at the fact's instant: 00:00 in the home store (29 February: the 28th in other years). */
export const birthdayReached = z.object({ year: z.int() });
export type BirthdayReached = z.infer<typeof birthdayReached>;

/** The stream category whose facts these are. */
export const memberCategory = 'member';

/** What every context may know of a member. Nothing in it is personal. */
export interface MemberFacts {
  readonly memberId: string;
  readonly state: 'active' | 'suspended' | 'erased';
  /** The home store. */
  readonly storeId: string;
  readonly enrolledAt: Instant;
}

/** Answers about members, each acknowledged write included. Rejects with `StoreUnavailable`. */
export interface MemberPort {
  /** Answered from the folded stream without opening anything personal: cheap enough for every ticket. */
  member(memberId: string): Promise<MemberFacts | undefined>;
  /** The member whom a card number, phone number or e-mail address names; `undefined` when it names none or is blocked. */
  byIdentifier(identifier: string): Promise<string | undefined>;
  /** How to address the member; `undefined` when they told no name or are erased. */
  displayName(memberId: string): Promise<string | undefined>;
}

/**
 * Seals free text about a member (a complaint, a note, a rendered message) under that member's own key, so that it
 * becomes unreadable when the member is erased. Rejects with `StoreUnavailable`.
 */
export interface MemberTextPort {
  /** `undefined` when there is no such member or they are erased: then the text must not be kept. */
  seal(memberId: string, text: string): Promise<string | undefined>;
  /** `undefined` once the member is erased. */
  open(memberId: string, sealed: string): Promise<string | undefined>;
}

/** What the till shows of a member besides the name, from the account. */
export interface TillView {
  readonly tier: object | null;
  readonly wallets: readonly object[];
  readonly vouchers: readonly object[];
  readonly prompts: readonly object[];
}

/** Answers the till's view, each acknowledged write included. Given by whoever keeps the accounts; members only asks. */
export interface TillViewPort {
  view(memberId: string): Promise<TillView>;
}

/** Injection tokens. */
export const MEMBER_PORT = Symbol('MemberPort');
export const MEMBER_TEXT_PORT = Symbol('MemberTextPort');
export const TILL_VIEW_PORT = Symbol('TillViewPort');
