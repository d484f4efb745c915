import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { CommandRecord } from '#libs/platform/event-store/event-store';
import type { Idempotency } from './command-runner';
import { joined, uuidFrom } from './deterministic-id';

const commandNamespace = '5d0c1d0e-3c0b-5b0e-9c6b-4f2c1f8f6a10';

/** The id of a command on a stream: the same for every repeat of an idempotency key, a new one where there is no key. */
export const commandIdOf = (
  streamId: string,
  idempotency: Pick<Idempotency, 'credential' | 'key'> | undefined,
): string =>
  idempotency === undefined
    ? randomUUID()
    : uuidFrom(commandNamespace, joined(streamId, idempotency.credential, idempotency.key));

/** True when the stored command is a repeat of this very request. Takes the same time wherever the hashes differ. */
export const sameRequest = (stored: CommandRecord, idempotency: Idempotency): boolean => {
  const [left, right] = [Buffer.from(stored.requestHash), Buffer.from(idempotency.requestHash)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** The first answer again, or the finding that the key was used for another request. */
export const replay = (
  stored: CommandRecord,
  idempotency: Idempotency,
):
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly replayed: true }
  | { readonly kind: 'idempotency-mismatch' } =>
  sameRequest(stored, idempotency)
    ? { kind: 'answered', status: stored.status, body: stored.answer, replayed: true }
    : { kind: 'idempotency-mismatch' };
