import { opens, seal, type Envelope } from './envelope';
import type { MasterKey } from './master-key';
import { opensKey } from './subject-cipher';

/** A data key as the vault holds it. */
export interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Envelope;
}

/** The side of a vault that tells under which master key it is sealed. */
export interface SealedVault {
  /** A constant, sealed; `undefined` in a vault that is new or was made before there was one. */
  check(): Promise<Envelope | undefined>;
  /** A few of the data keys, the oldest ones. */
  oldestKeys(): Promise<readonly WrappedKey[]>;
  /** Keeps the constant; one that is there stays as it is. */
  keepCheck(check: Envelope): Promise<void>;
}

/** Where the constant belongs, see `seal`: no data key has this place. */
const place = 'check';
const constant = 'regulars';

/** The master key is not the one that this database's vault is sealed under. Nothing was changed. */
export class WrongMasterKey extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongMasterKey';
  }
}

/** Whether a vault may still be given any master key: it holds nothing. */
export const isUnsealed = async (vault: SealedVault): Promise<boolean> =>
  (await vault.check()) === undefined && (await vault.oldestKeys()).length === 0;

/**
 * Binds the vault to the master key at the first start, and tells from then on whether it is the same. A vault that is
 * older than its check is judged by its data keys; a single one may be damaged.
 */
export const fitsVault = async (masterKey: MasterKey, vault: SealedVault): Promise<boolean> => {
  const wrappingKey = masterKey.derive('key-wrapping');
  if ((await vault.check()) === undefined) {
    const keys = await vault.oldestKeys();
    const fits = keys.length === 0 || keys.some(({ keyId, wrapped }) => opensKey(wrappingKey, keyId, wrapped));
    if (!fits) return false;
    await vault.keepCheck(seal(wrappingKey, place, Buffer.from(constant)));
  }
  // Read again: of two first starts at once, under two keys, one has been the first.
  return opens(wrappingKey, place, (await vault.check()) ?? '');
};
