import { eventStoreContract } from '#libs/platform/testing/event-store.contract';
import { eventStoreDb24, kurrentDb25, KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { KurrentDbEventStore } from './kurrentdb-event-store';

describe.each([
  ['KurrentDB 25', kurrentDb25],
  ['EventStoreDB 24', eventStoreDb24],
])('against a double of %s', (_, kind) => {
  let double: KurrentDbDouble;
  let store: KurrentDbEventStore;

  beforeAll(async () => {
    double = await KurrentDbDouble.start(kind);
    store = await KurrentDbEventStore.open({ url: double.url });
  });
  afterAll(async () => {
    await store.close();
    double.stop();
  });

  eventStoreContract('KurrentDB', () => store);
});

it('says nothing of an address that it cannot read: a password may be in it', async () => {
  const failure: unknown = await KurrentDbEventStore.open({ url: 'kurrentdb://admin:s3cr3t#pw@db:2113' }).catch(
    (error: unknown) => error,
  );
  expect(failure).toEqual(new Error('The address of KurrentDB cannot be read.'));
  expect(failure).not.toHaveProperty('cause');
});
