import type { EventStore } from '#libs/platform/event-store/event-store';
import { claimingContract, idempotencyContract } from './event-store.keys.contract';
import { loadingContract, readingContract } from './event-store.reading.contract';
import { appendingContract, followingContract } from './event-store.writing.contract';

/**
 * What every adapter of the event-store port must do, as a suite to be run against it.
 *
 * @param name the adapter, for the report
 * @param store the adapter under test; asked for anew in every test
 */
export const eventStoreContract = (name: string, store: () => EventStore): void => {
  describe(`${name}: appending`, () => appendingContract(store));
  describe(`${name}: appends that follow on`, () => followingContract(store));
  describe(`${name}: idempotency`, () => idempotencyContract(store));
  describe(`${name}: claims`, () => claimingContract(store));
  describe(`${name}: loading`, () => loadingContract(store));
  describe(`${name}: reading the log`, () => readingContract(store));
};
