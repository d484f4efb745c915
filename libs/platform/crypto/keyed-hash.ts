import { createHmac } from 'node:crypto';

/**
 * HMAC-SHA256 under a key of its own: names a value without revealing it, even to someone who holds the table and can
 * list every phone number there is, as long as the key is safe. The same text always gives the same name.
 */
export class KeyedHash {
  constructor(private readonly key: Buffer) {
    if (key.length < 32) throw new RangeError('A hash key has at least 32 bytes.');
  }

  /** base64url, 43 characters. */
  of(text: string): string {
    return createHmac('sha256', this.key).update(text, 'utf8').digest('base64url');
  }
}
