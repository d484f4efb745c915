import { z } from 'zod';
import { EventCatalogue, eventType } from './event-catalogue';

const storeOpened = eventType('StoreOpened', z.object({ name: z.string(), zone: z.string(), currency: z.string() }), [
  (data) => ({ ...data, zone: 'UTC' }),
  ({ title, ...data }) => ({ ...data, name: title, currency: 'AUD' }),
]);
const tillRegistered = eventType('TillRegistered', z.object({ tillId: z.string() }));
const catalogue = new EventCatalogue([storeOpened, tillRegistered]);

describe('a catalogue of events', () => {
  it('counts versions by the steps that lead to them', () =>
    expect(['StoreOpened', 'TillRegistered', 'Unknown'].map((type) => catalogue.versionOf(type))).toEqual([3, 1, 1]));

  it.each([
    [1, { title: 'A' }],
    [2, { title: 'A', zone: 'UTC' }],
    [3, { name: 'A', zone: 'UTC', currency: 'AUD' }],
  ])('lifts version %d to the present one', (version, data) => {
    const lifted = catalogue.upcast('StoreOpened', version, data);
    expect(lifted).toEqual({ name: 'A', zone: 'UTC', currency: 'AUD' });
    expect(storeOpened.schema.safeParse(lifted).success).toBe(true);
  });

  it('knows what it can lift, and nothing of later programs', () => {
    const asked = [1, 3, 4].map((version) => catalogue.knows('StoreOpened', version));
    expect([...asked, catalogue.knows('TillRegistered', 2), catalogue.knows('Unknown', 1)]).toEqual([
      ...[true, true, false],
      ...[false, false],
    ]);
  });

  it('leaves alone what is present, newer or unknown', () => {
    const data = { anything: 1 };
    expect(catalogue.upcast('TillRegistered', 1, data)).toBe(data);
    expect(catalogue.upcast('StoreOpened', 4, data)).toBe(data);
    expect(catalogue.upcast('Unknown', 1, data)).toBe(data);
  });

  it('lists all types', () => expect(catalogue.all()).toEqual([storeOpened, tillRegistered]));
});
