import { hash, verify } from '@node-rs/argon2';

/**
 * Argon2id (the library's own default) with 19 MiB, two passes, one lane, as the OWASP Password Storage Cheat Sheet
 * recommends.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The password's hash in PHC form, with its own random salt. Takes tens of milliseconds on another thread. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), cost);

let nobody: Promise<string> | undefined;

/**
 * True when the password belongs to the hash. Without a hash (an unknown name) it works just as long against one that
 * nothing matches, so that the time an answer takes does not tell which names exist.
 */
export const passwordHolds = async (kept: string | undefined, password: string): Promise<boolean> => {
  nobody ??= hashPassword('');
  const holds = await verify(kept ?? (await nobody), password.normalize('NFKC'));
  return kept !== undefined && holds;
};
