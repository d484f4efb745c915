import { idOf } from '#libs/platform/kernel/decider';
import type { Publishing } from '#libs/platform/kafka/cloud-event';

/**
 * What never leaves the log, by type of fact: whatever is sealed for a member (its key can be destroyed, a copy on the bus
 * could not), names of staff and why they left, and hashes of tokens and passwords.
 */
const withheld: Publishing['withheld'] = {
  MemberEnrolled: ['profile', 'birthday'],
  ProfileChanged: ['profile', 'birthday'],
  CardIssued: ['number'],
  ConsentGiven: ['evidence'],
  ConsentWithdrawn: ['evidence'],
  MemberSuspended: ['note'],
  MemberReinstated: ['note'],
  ActivityRecorded: ['details'],
  PointsDeducted: ['note'],
  AdjustmentNoted: ['note'],
  StaffEngaged: ['name', 'passwordHash'],
  PasswordChanged: ['passwordHash'],
  StaffDismissed: ['reason'],
  SessionOpened: ['tokenHash'],
  SessionClosed: ['tokenHash'],
  TillRegistered: ['tokenHash'],
  TillTokenIssued: ['tokenHash'],
};

/**
 * How the log is published. A member's facts have one key, whichever context they are of, since their streams are all
 * named after the member; other facts have the id of their own stream.
 */
export const publishing: Publishing = { source: 'urn:regulars:log', keyOf: idOf, withheld };
