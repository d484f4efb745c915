import { streamKind, type StreamKind } from '#libs/platform/runtime/stream-kind';
import { programmeDecider } from './domain/programme.decider';
import { programmeEvents } from './domain/programme.events';

/** Every kind of stream that this context writes. */
export const programmeStreams: readonly StreamKind[] = [streamKind(programmeDecider, programmeEvents)];
