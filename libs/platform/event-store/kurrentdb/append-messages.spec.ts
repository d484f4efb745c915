import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { batchRequest, sessionRequest, type NewRecord, type Write } from './append-messages';

const record = (parts: Partial<NewRecord> = {}): NewRecord => ({
  id: randomUUID(),
  type: 'PointsEarned',
  text: '{"points":5}',
  ...parts,
});
const write = (parts: Partial<Write> = {}): Write => ({
  streamName: 'account-1',
  after: -1,
  records: [record()],
  ...parts,
});
const textOf = (bytes: Uint8Array | string): string => Buffer.from(bytes as Uint8Array).toString('utf8');

describe('one of many writes on a call', () => {
  it('carries the id that its answer will name, and is whole', () => {
    const id = randomUUID();
    const request = batchRequest(id, write());
    expect(request.getCorrelationId()?.getString()).toBe(id);
    expect(request.getIsFinal()).toBe(true);
  });

  it('expects a stream that is not there yet, or one that ends at a revision', () => {
    const fresh = batchRequest(randomUUID(), write()).getOptions();
    expect([fresh?.hasNoStream(), fresh?.hasStreamPosition()]).toEqual([true, false]);
    for (const after of [0, 7, 2 ** 40]) {
      const options = batchRequest(randomUUID(), write({ after })).getOptions();
      expect([options?.hasNoStream(), options?.getStreamPosition()]).toEqual([false, String(after)]);
    }
  });

  it('names streams in every script', () => {
    const options = batchRequest(randomUUID(), write({ streamName: 'account-会员' })).getOptions();
    expect(textOf(options?.getStreamIdentifier()?.getStreamName() ?? '')).toBe('account-会员');
  });

  it('sends records in order, each with its id, its type and that it is JSON', () => {
    const records = [record(), record({ type: 'PointsSpent' }), record({ type: '_Fenced' })];
    const messages = batchRequest(randomUUID(), write({ records })).getProposedMessagesList();
    expect(
      messages.map((message) => ({
        id: message.getId()?.getString(),
        type: message.getMetadataMap().get('type'),
        kind: message.getMetadataMap().get('content-type'),
      })),
    ).toEqual(records.map(({ id, type }) => ({ id, type, kind: 'application/json' })));
  });
});

describe('one of several writes that are done together', () => {
  it('says where it goes and after what, with -1 for a stream that is not there', () => {
    const request = sessionRequest(write({ streamName: 'claim-card:1', after: 4 }));
    expect([request.getStream(), request.getExpectedRevision()]).toEqual(['claim-card:1', '4']);
    expect(sessionRequest(write()).getExpectedRevision()).toBe('-1');
  });

  it('names the schema of each record, and its properties one by one', () => {
    const metadata = { eventId: 'e-1', hash: 'ab', meta: '{"actor":"till-7"}' };
    const [plain, told] = sessionRequest(write({ records: [record(), record({ metadata })] })).getRecordsList();
    expect(plain?.getSchema()?.getName()).toBe('PointsEarned');
    expect(plain?.getPropertiesMap().getLength()).toBe(0);
    const properties = told?.getPropertiesMap();
    expect(Object.keys(metadata).map((name) => properties?.get(name)?.getStringValue())).toEqual(
      Object.values(metadata),
    );
  });
});

it('changes not a byte of data or metadata on either way', () =>
  fc.assert(
    fc.property(fc.json(), fc.string({ unit: 'grapheme' }), (text, meta) => {
      const records = [record({ text, metadata: { meta } })];
      const [batched] = batchRequest(randomUUID(), write({ records })).getProposedMessagesList();
      const [together] = sessionRequest(write({ records })).getRecordsList();
      expect(textOf(batched?.getData() ?? '')).toBe(text);
      expect(textOf(together?.getData() ?? '')).toBe(text);
      expect(JSON.parse(textOf(batched?.getCustomMetadata() ?? ''))).toEqual({ meta });
      expect(together?.getPropertiesMap().get('meta')?.getStringValue()).toBe(meta);
    }),
  ));
