import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Deed } from '#libs/platform/app/reactions';
import { logStart, type LogPosition, type NewEvent } from '#libs/platform/event-store/event-store';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { partId, uuidFrom } from '#libs/platform/runtime/deterministic-id';
import { causedBy } from '#libs/platform/runtime/dispatch';
import { LoggedFact } from '#libs/platform/runtime/fact';
import { commandIdOf } from '#libs/platform/runtime/idempotency';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import { appendOf, recorded, tipOf } from '#libs/platform/testing/event-store.fixtures';
import type { Difference } from '../findings';
import { EffectCheck } from './effect-check';
import { CopiedGround } from './testing/copied-ground';
import { readOnlyLog } from './would-change';

const catalogue = new EventCatalogue([
  eventType('VisitMade', z.strictObject({})),
  eventType('ThanksGiven', z.strictObject({})),
]);
const actor = 'policy:give-thanks';

let ground: CopiedGround;
beforeAll(async () => {
  ground = await CopiedGround.open();
});
afterAll(() => ground.close());

let store: MemoryEventStore;
beforeEach(() => {
  store = new MemoryEventStore();
});

const event = (type: string, eventId: string, meta: object): NewEvent => ({
  ...{ eventId, type, schemaVersion: 1, data: '{}', meta: JSON.stringify(meta), occurredAt: recorded },
});

const append = async (streamId: string, events: readonly NewEvent[], answered?: { readonly key: string }) => {
  const { tip } = await store.load(streamId);
  const command = { credential: actor, requestHash: 'h', status: 200, answer: '{}', ...answered };
  const more = answered === undefined ? {} : { command: { ...command, key: answered.key } };
  tipOf(await store.append(appendOf({ streamId, expected: tip, events, ...more })));
  return store.latest();
};

/** A visit that a till noted; answers its id. */
const visit = async (member: string): Promise<string> => {
  const eventId = randomUUID();
  await append(`account-${member}`, [event('VisitMade', eventId, { actor: 'till-7' })]);
  return eventId;
};

interface Thanks {
  /** The how manieth command of its cause it is. */
  readonly index?: number;
  /** How many facts it states. */
  readonly facts?: number;
  /** How a fact's id follows from the command's. */
  readonly idOf?: (commandId: string, part: number) => string;
  /** Whether the command is known by its key. */
  readonly isKnown?: boolean;
}

/** What the policy does because of a visit. */
const thank = (member: string, cause: string, { index = 0, facts = 1, idOf = partId, isKnown = true }: Thanks = {}) => {
  const idempotency = causedBy(actor, cause, index);
  const commandId = commandIdOf(`account-${member}`, idempotency);
  const meta = { actor, causation: cause };
  const events = Array.from({ length: facts }, (_, part) => event('ThanksGiven', idOf(commandId, part), meta));
  return append(`account-${member}`, events, isKnown ? { key: idempotency.key } : undefined);
};

/** Thanks for every visit, so many times; cannot change anything. */
const giveThanks = (times: number, from?: 'now'): AnyPolicy<Deed> => ({
  ...{ name: 'give-thanks', ...(from && { from }) },
  on: {
    VisitMade: ({ streamId }: { readonly streamId: string }): readonly Deed[] =>
      Array.from({ length: times }, () => async () => {
        const { tip } = await store.load(streamId);
        const events = [event('ThanksGiven', randomUUID(), {})];
        await readOnlyLog(store).append(appendOf({ streamId, expected: tip, events }));
        return { kind: 'answered', status: 200, body: '{}', replayed: false };
      }),
  },
});

interface Given {
  readonly policies?: readonly AnyPolicy<Deed>[];
  readonly due?: LogPosition;
  readonly beginnings?: ReadonlyMap<string, LogPosition>;
  /** Facts that are taken at once. */
  readonly atOnce?: number;
  /** Events that the log is to hold once more. */
  readonly again?: readonly string[];
}

/** What is found in the log as it stands: where, and what. */
const check = async (given: Given = {}): Promise<readonly (readonly [string, string])[]> => {
  const { policies = [giveThanks(1)], beginnings = new Map(), atOnce = 100, again = [] } = given;
  const copies = await ground.copies();
  const found: Difference[] = [];
  const due = given.due ?? (await store.latest());
  const effects = new EffectCheck({
    ...{ store, copies, policies, dueOf: () => due, beginnings },
    report: (each) => found.push(each),
  });
  const events = await store.readAll(logStart, 1_000);
  for (let from = 0; from < events.length; from += atOnce) {
    const facts = events.slice(from, from + atOnce).map((each) => new LoggedFact(each, catalogue));
    await copies.log.add(
      facts.flatMap(({ streamId, revision, eventId, place }) => {
        const row = { number: place.position, partition: 0, key: streamId, streamId, revision, eventId, digest: '' };
        return again.includes(eventId) ? [row, { ...row, revision: revision + 900 }] : [row];
      }),
    );
    await effects.take(facts);
  }
  await copies.complete();
  await effects.finish();
  expect(found.every(({ kind }) => kind === 'wrong-effect')).toBe(true);
  return found.map(({ where, what }) => [where, what]);
};

describe('a policy that did what it should', () => {
  it.each<[string, Thanks]>([
    ['with one fact', {}],
    ['with several facts of one append', { facts: 3 }],
    ['under a key whose parts were hashed once', { idOf: (whole, part) => uuidFrom(whole, String(part)) }],
    ['as the third of several commands', { index: 2 }],
  ])('is found to have done so %s', async (_, how) => {
    const times = (how.index ?? 0) + 1;
    const cause = await visit('M1');
    for (let index = 0; index < times; index += 1) await thank('M1', cause, { ...how, index });
    expect(await check({ policies: [giveThanks(times)] })).toEqual([]);
    expect(await check({ policies: [giveThanks(times)], atOnce: 1 })).toEqual([]);
  });

  it('may have had nothing to state, and noted that', async () => {
    await thank('M1', await visit('M1'), { facts: 0 });
    expect(await check()).toEqual([]);
  });

  it('may have nothing to do any more, without a note', async () => {
    await visit('M1');
    const nothingToDo: Deed = async () => ({ kind: 'answered', status: 200, body: '{}', replayed: false });
    expect(await check({ policies: [{ name: 'give-thanks', on: { VisitMade: () => [nothingToDo] } }] })).toEqual([]);
  });

  it('is not expected to do anything about facts of other types', async () => {
    await thank('M1', await visit('M1'));
    expect(await check({ policies: [{ name: 'give-thanks', on: { ThanksGiven: () => [] } }] })).toEqual([]);
  });
});

describe('a policy that has not reacted', () => {
  const missing = [
    'account-M1',
    'revision 0 (VisitMade): policy:give-thanks has not reacted, it would state ThanksGiven on account-M1',
  ];

  it('is told with what it would do', async () => {
    await visit('M1');
    await thank('M2', await visit('M2'));
    expect(await check()).toEqual([missing]);
  });

  it('is told for each command that is missing', async () => {
    await thank('M1', await visit('M1'));
    expect(await check({ policies: [giveThanks(3)] })).toEqual([missing, missing]);
  });

  it('still has time for what is not due yet', async () => {
    await visit('M1');
    const due = await store.latest();
    await visit('M2');
    expect(await check({ due })).toEqual([missing]);
  });

  it('need not have reacted to what was there before it began', async () => {
    await visit('M2');
    const beginning = await store.latest();
    await visit('M1');
    const beginnings = new Map([['give-thanks', beginning]]);
    expect(await check({ policies: [giveThanks(1, 'now')], beginnings })).toEqual([missing]);
  });

  it('is not what is wrong when its handler breaks', async () => {
    await visit('M1');
    const broken: Deed = () => Promise.reject(new TypeError('a defect'));
    await expect(check({ policies: [{ name: 'give-thanks', on: { VisitMade: () => [broken] } }] })).rejects.toThrow(
      'a defect',
    );
  });
});

describe('an effect', () => {
  it.each<[string, Thanks]>([
    ['under another key', { idOf: () => randomUUID(), isKnown: false }],
    ['under the key of a command that its cause does not lead to', { index: 1 }],
  ])('that was had twice, %s, is told, at the same instant even', async (_, how) => {
    const cause = await visit('M1');
    await thank('M1', cause);
    await thank('M1', cause, how);
    expect(await check()).toContainEqual(['account-M1', `${actor} had its effect 2 times because of event ${cause}`]);
  });

  it('of each of several commands is none too many, whether they were due or not', async () => {
    const due = await store.latest();
    const cause = await visit('M1');
    for (const index of [0, 1]) await thank('M1', cause, { index, facts: 2 });
    for (const given of [{}, { due }]) expect(await check({ policies: [giveThanks(2)], ...given })).toEqual([]);
  });

  it('under another key than its cause’s is told', async () => {
    const cause = await visit('M1');
    await thank('M1', cause, { idOf: () => randomUUID() });
    expect(await check()).toEqual([
      ['account-M1', `revision 1 was stated by ${actor} under another key than that of ${cause}`],
    ]);
  });

  it('without its cause in the log is told', async () => {
    const cause = randomUUID();
    await thank('M1', cause);
    expect(await check()).toEqual([
      ['account-M1', `revision 0 was stated by ${actor} because of ${cause}, which is not in the log`],
    ]);
  });

  it('is none of a person who looks like a policy, or of a policy that names no cause', async () => {
    await append('account-M1', [event('ThanksGiven', randomUUID(), { actor: 'till-7', note: `"actor":"${actor}"` })]);
    await append('account-M2', [event('ThanksGiven', randomUUID(), { actor })]);
    expect(await check()).toEqual([]);
  });
});

it('an event that is in the log more than once is told with all its places', async () => {
  const cause = await visit('M1');
  await thank('M1', cause);
  expect(await check({ again: [cause] })).toEqual([
    ['account-M1@0, account-M1@900', `the same event ${cause} is in the log more than once`],
  ]);
});
