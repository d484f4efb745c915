import fc from 'fast-check';
import { MembersModule } from './module';
import { MembersApp } from './testing/members-app';

const people = ['A', 'B', 'C'] as const;
const phones = ['+61400000001', '+61400000002'] as const;
const emails = ['one@example.com', 'two@example.com'] as const;

type Person = (typeof people)[number];

/** What someone might ask for; members are named by who asked, newest first. */
type Wish =
  | { readonly kind: 'enrol' | 'change'; readonly who: Person; readonly phone?: string; readonly email?: string }
  | { readonly kind: 'replace' | 'erase'; readonly who: Person };

const optional = <T>(values: readonly [T, ...T[]] | readonly T[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined });
const identifying = fc.record({
  kind: fc.constantFrom('enrol' as const, 'change' as const),
  who: fc.constantFrom(...people),
  phone: optional(phones),
  email: optional(emails),
});
const other = fc.record({
  kind: fc.constantFrom('replace' as const, 'erase' as const),
  who: fc.constantFrom(...people),
});
const wishes = fc.array(fc.oneof({ weight: 3, arbitrary: identifying }, { weight: 2, arbitrary: other }), {
  maxLength: 14,
});

interface Known {
  readonly memberId: string;
  phone?: string | undefined;
  email?: string | undefined;
  card: string;
}

/** The plainest idea of members: who holds which identifier now. */
class Model {
  readonly holders = new Map<string, string>();
  readonly members = new Map<Person, Known>();
  readonly everSeen = new Set<string>([...phones, ...emails]);

  free(wanted: readonly (string | undefined)[], memberId?: string): boolean {
    return wanted.every((each) => each === undefined || [undefined, memberId].includes(this.holders.get(each)));
  }

  take(identifier: string | undefined, memberId: string): void {
    if (identifier === undefined) return;
    this.holders.set(identifier, memberId);
    this.everSeen.add(identifier);
  }

  release(identifier: string | undefined): void {
    if (identifier !== undefined) this.holders.delete(identifier);
  }
}

const given = (wish: { readonly phone?: string | undefined; readonly email?: string | undefined }) =>
  Object.fromEntries(
    Object.entries({ phone: wish.phone, email: wish.email }).filter(([, value]) => value !== undefined),
  );

const enrol = async (chain: MembersApp, model: Model, wish: Extract<Wish, { kind: 'enrol' | 'change' }>) => {
  const body = { storeId: 'S1', channel: 'till', profile: given(wish) };
  const answer = await chain.call('POST', '/v1/members', body);
  const free = model.free([wish.phone, wish.email]);
  expect(answer.status).toBe(free ? 201 : 409);
  if (!free) return;
  const { memberId, cards } = answer.body as { memberId: string; cards: [{ number: string }] };
  model.members.set(wish.who, { memberId, ...given(wish), card: cards[0].number });
  for (const identifier of [wish.phone, wish.email, cards[0].number]) model.take(identifier, memberId);
};

const change = async (chain: MembersApp, model: Model, wish: Extract<Wish, { kind: 'enrol' | 'change' }>) => {
  const known = model.members.get(wish.who);
  if (known === undefined) return;
  const profile = { phone: wish.phone ?? null, email: wish.email ?? null };
  const answer = await chain.call('PATCH', `/v1/members/${known.memberId}`, { profile });
  const free = model.free([wish.phone, wish.email], known.memberId);
  expect(answer.status).toBe(free ? 200 : 409);
  if (!free) return;
  for (const before of [known.phone, known.email]) model.release(before);
  Object.assign(known, { phone: wish.phone, email: wish.email });
  for (const now of [known.phone, known.email]) model.take(now, known.memberId);
};

const replace = async (chain: MembersApp, model: Model, who: Person) => {
  const known = model.members.get(who);
  if (known === undefined) return;
  const body = { reason: 'lost', replaces: known.card };
  const answer = await chain.call('POST', `/v1/members/${known.memberId}/cards`, body);
  expect(answer.status).toBe(201);
  model.release(known.card);
  known.card = (answer.body as { cards: [{ number: string }] }).cards[0].number;
  model.take(known.card, known.memberId);
};

const erase = async (chain: MembersApp, model: Model, who: Person) => {
  const known = model.members.get(who);
  if (known === undefined) return;
  expect((await chain.call('POST', `/v1/members/${known.memberId}/erase`, {})).status).toBe(200);
  for (const identifier of [known.phone, known.email, known.card]) model.release(identifier);
  model.members.delete(who);
};

const act = (chain: MembersApp, model: Model, wish: Wish): Promise<void> => {
  switch (wish.kind) {
    case 'enrol':
      return enrol(chain, model, wish);
    case 'change':
      return change(chain, model, wish);
    case 'replace':
      return replace(chain, model, wish.who);
    case 'erase':
      return erase(chain, model, wish.who);
  }
};

it('whatever is asked in whatever order, an identifier finds exactly the member who holds it now', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, async (asked) => {
      const chain = await MembersApp.start(MembersModule);
      const model = new Model();
      try {
        for (const wish of asked) {
          await act(chain, model, wish as Wish);
          for (const identifier of model.everSeen) {
            const found = await chain.lookUp(identifier);
            expect(found.body['memberId']).toBe(model.holders.get(identifier));
          }
        }
      } finally {
        await chain.app.close();
      }
    }),
    { numRuns: 15 },
  );
}, 240_000);
