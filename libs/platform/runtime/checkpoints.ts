import type { LogPosition } from '#libs/platform/event-store/event-store';

/** Where followers of the log go on after a restart, by name. */
export interface Checkpoints {
  read(name: string): Promise<LogPosition | undefined>;
  write(name: string, position: LogPosition): Promise<void>;
}

/** A fact that could not be dealt with and was passed over, so that the others are not held up by it. */
export interface Parked {
  /** The projection, policy or timer. */
  readonly consumer: string;
  /** The row or the stream that is concerned. */
  readonly key: string;
  readonly eventId: string;
  readonly error: string;
}

/** Where parked facts are kept until somebody looks at them. */
export interface Parking {
  park(entry: Parked): Promise<void>;
}
