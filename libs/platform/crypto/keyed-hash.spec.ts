import { KeyedHash } from './keyed-hash';

describe('a keyed hash', () => {
  it('is HMAC-SHA256 (RFC 4231, case 6: a key longer than a block)', () => {
    const hash = new KeyedHash(Buffer.alloc(131, 0xaa)).of('Test Using Larger Than Block-Size Key - Hash Key First');
    expect(Buffer.from(hash, 'base64url').toString('hex')).toBe(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
  });

  it('gives another name under another key', () => {
    const one = new KeyedHash(Buffer.alloc(32, 1));
    const two = new KeyedHash(Buffer.alloc(32, 2));
    expect(one.of('+61400000001')).toBe(one.of('+61400000001'));
    expect(one.of('+61400000001')).not.toBe(two.of('+61400000001'));
  });

  it('refuses a key that is too short to be one', () => {
    expect(() => new KeyedHash(Buffer.alloc(31))).toThrow(RangeError);
  });
});
