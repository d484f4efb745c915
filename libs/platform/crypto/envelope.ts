import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A sealed text: base64url of version (1 byte), initialisation vector (12), tag (16) and ciphertext. */
export type Envelope = string;

/** Bytes of every key here: AES-256. */
export const KEY_BYTES = 32;

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/** The envelope was altered, cut, sealed under another key or for another place. Says nothing about its content. */
export class EnvelopeRejected extends Error {
  constructor(why: string) {
    super(`A sealed value cannot be opened: ${why}.`);
    this.name = 'EnvelopeRejected';
  }
}

/**
 * Seals bytes with AES-256-GCM (NIST SP 800-38D) under a fresh random vector. `place` names where the value belongs
 * and is authenticated, not stored: the envelope opens only for the very same place, so it cannot be moved elsewhere.
 */
export const seal = (key: Buffer, place: string, content: Buffer): Envelope => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place, 'utf8'));
  const body = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), body]).toString('base64url');
};

/** The sealed bytes. Throws {@link EnvelopeRejected} when the key or place differs or a bit was changed. */
export const open = (key: Buffer, place: string, envelope: Envelope): Buffer => {
  const bytes = Buffer.from(envelope, 'base64url');
  if (bytes.length < HEAD_BYTES) throw new EnvelopeRejected('it is too short');
  if (bytes[0] !== VERSION) throw new EnvelopeRejected('its version is not known');
  const iv = bytes.subarray(1, 1 + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place, 'utf8'));
  decipher.setAuthTag(bytes.subarray(1 + IV_BYTES, HEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]);
  } catch {
    throw new EnvelopeRejected('its key, place or content does not match');
  }
};

/** Whether an envelope opens. */
export const opens = (key: Buffer, place: string, envelope: Envelope): boolean => {
  try {
    open(key, place, envelope);
    return true;
  } catch (error) {
    if (error instanceof EnvelopeRejected) return false;
    throw error;
  }
};
