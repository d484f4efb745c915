import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { EnvelopeRejected, KEY_BYTES, open, seal } from './envelope';

const key = randomBytes(KEY_BYTES);

describe('an envelope', () => {
  it('opens to what was sealed, whatever it was', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (content, place) => {
        const bytes = Buffer.from(content);
        expect(open(key, place, seal(key, place, bytes)).equals(bytes)).toBe(true);
      }),
    ));

  it('never looks the same twice', () => {
    const content = Buffer.from('+61400000001');
    expect(seal(key, 'p', content)).not.toBe(seal(key, 'p', content));
  });

  it('rejects any single changed bit', () => {
    const envelope = Buffer.from(seal(key, 'p', Buffer.from('Ada Lovelace')), 'base64url');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: envelope.length * 8 - 1 }), (bit) => {
        const altered = Buffer.from(envelope);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => open(key, 'p', altered.toString('base64url'))).toThrow(EnvelopeRejected);
      }),
    );
  });

  it('rejects an envelope cut short anywhere', () => {
    const envelope = Buffer.from(seal(key, 'p', Buffer.from('Ada')), 'base64url');
    for (let length = 0; length < envelope.length; length += 1)
      expect(() => open(key, 'p', envelope.subarray(0, length).toString('base64url'))).toThrow(EnvelopeRejected);
  });

  it('rejects another place and another key', () => {
    const envelope = seal(key, 'member 1', Buffer.from('Ada'));
    expect(() => open(key, 'member 2', envelope)).toThrow(EnvelopeRejected);
    expect(() => open(randomBytes(KEY_BYTES), 'member 1', envelope)).toThrow(EnvelopeRejected);
  });
});
