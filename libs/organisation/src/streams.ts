import { streamKind, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { staffDecider } from './domain/staff.decider';
import { staffEvents } from './domain/staff.events';
import { storeDecider } from './domain/store.decider';
import { storeEvents } from './domain/store.events';
import { tillDecider } from './domain/till.decider';
import { tillEvents } from './domain/till.events';

/** The kinds of stream that say whose tokens and sessions hold. */
export const credentialStreams: readonly StreamKind[] = [
  streamKind(tillDecider, tillEvents),
  streamKind(staffDecider, staffEvents),
];

/** Every kind of stream that this context writes. */
export const organisationStreams: readonly StreamKind[] = [streamKind(storeDecider, storeEvents), ...credentialStreams];
