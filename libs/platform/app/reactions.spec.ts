import type { Outcome } from '#libs/platform/runtime/command-runner';
import type { Origin } from '#libs/platform/runtime/dispatch';
import { allReactions, carryOut, reactionsOf } from './reactions';

const answered: Outcome<string> = { kind: 'answered', status: 200, body: '{}', replayed: false };
const origin: Origin = {
  idempotency: { credential: 'policy:greet', key: 'k', requestHash: 'k' },
  now: 0,
  meta: { actor: 'policy:greet' },
};

/** A context that does what it is told, and notes it. */
const context = (name: string) => {
  const done: string[] = [];
  const reactions = reactionsOf<string>({
    policies: [{ name: `greet-${name}`, from: 'now', on: { Came: () => ['hello', 'welcome'], Left: undefined } }],
    timers: [
      {
        name: `remind-${name}`,
        version: 3,
        ordinal: 2,
        keysOf: () => ['k'],
        on: { Came: () => ({ dueAt: 5 }) },
        whenDue: ({ dueAt }, key) => [`${key} is due at ${dueAt}`],
      },
    ],
    dispatch: (command, { meta }) => {
      done.push(`${name}: ${command} (${meta['actor']})`);
      return Promise.resolve(answered);
    },
  });
  return { done, reactions };
};

it('brings each command to the context that asked for it', async () => {
  const [shop, office] = [context('shop'), context('office')];
  const { policies, timers } = allReactions([shop.reactions, office.reactions]);
  const fact = {} as never;
  const deeds = [
    ...policies.flatMap(({ on }) => on['Came']?.(fact) ?? []),
    ...timers.flatMap(({ whenDue }) => whenDue({ dueAt: 5 }, 'k')),
  ];
  for (const deed of deeds) expect(await carryOut(deed, origin)).toBe(answered);
  const expected = ['hello', 'welcome', 'k is due at 5'];
  expect(shop.done).toEqual(expected.map((words) => `shop: ${words} (policy:greet)`));
  expect(office.done).toEqual(expected.map((words) => `office: ${words} (policy:greet)`));
});

it('leaves the names, versions and order of policies and timers as they are, since keys are made of them', () => {
  const { policies, timers } = context('shop').reactions;
  expect(policies.map(({ name, from }) => [name, from])).toEqual([['greet-shop', 'now']]);
  expect(timers.map(({ name, version, ordinal }) => [name, version, ordinal])).toEqual([['remind-shop', 3, 2]]);
  expect(timers[0]?.keysOf({} as never)).toEqual(['k']);
});

it('follows no type of fact that a policy does not follow', () => {
  expect(Object.keys(context('shop').reactions.policies[0]?.on ?? {})).toEqual(['Came']);
});
