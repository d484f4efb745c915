import { streamKind, type KeyUse, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { staffDecider, type StaffState } from './domain/staff.decider';
import { staffEvents } from './domain/staff.events';
import { storeDecider } from './domain/store.decider';
import { storeEvents } from './domain/store.events';
import { tillDecider } from './domain/till.decider';
import { tillEvents } from './domain/till.events';

/** The data key of a name exists while somebody works here, and never again after that. */
const keysOf = ({ staff, dismissed }: StaffState): KeyUse => {
  const known = (keyId: string | undefined): readonly string[] => (keyId === undefined ? [] : [keyId]);
  return { kept: known(staff?.keyId), destroyed: known(dismissed?.keyId) };
};

/** The kinds of stream that say whose tokens and sessions hold. */
export const credentialStreams: readonly StreamKind[] = [
  streamKind(tillDecider, tillEvents),
  streamKind(staffDecider, staffEvents, { keysOf }),
];

/** Every kind of stream that this context writes. */
export const organisationStreams: readonly StreamKind[] = [streamKind(storeDecider, storeEvents), ...credentialStreams];
