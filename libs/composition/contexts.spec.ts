import { allDesks, type Desk } from '#libs/organisation/src/contract';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { fold, type DomainEvent } from '#libs/platform/kernel/decider';
import { catalogue, contextModules, projections, streamKinds, watchedCategories } from './contexts';

const repeated = (texts: readonly string[]): readonly string[] =>
  texts.filter((text, index) => texts.indexOf(text) !== index);

describe('the kinds of streams', () => {
  it('have categories of their own, whose names need no escape', () => {
    const categories = streamKinds.map(({ category }) => category);
    expect(repeated(categories)).toEqual([]);
    for (const category of categories) expect(category).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it('have types of events of their own: a fact’s type tells whose it is', () =>
    expect(repeated(streamKinds.flatMap((kind) => kind.catalogue.all().map(({ type }) => type)))).toEqual([]));

  it('are all in the one catalogue, in their present versions', () => {
    const all = streamKinds.flatMap((kind) => kind.catalogue.all());
    expect(catalogue.all()).toHaveLength(all.length);
    for (const { type, version } of all) expect(catalogue.versionOf(type)).toBe(version);
  });

  it.each(streamKinds.map((kind) => [kind.category, kind] as const))(
    '%s begins with a state that a snapshot can keep',
    (_, kind) => {
      const state: unknown = JSON.parse(JSON.stringify(kind.initial('X1')));
      expect(state).toEqual(kind.initial('X1'));
      const nothing: readonly DomainEvent[] = [];
      expect(fold(kind, state, nothing)).toBe(state);
      expect(kind.foldVersion).toBeGreaterThan(0);
    },
  );

  it.each(streamKinds.map((kind) => [kind.category, kind] as const))(
    '%s without facts needs no key and has no faults',
    (_, kind) => {
      const state = kind.initial('X1');
      expect(kind.keysOf?.(state).kept ?? []).toEqual([]);
      expect(kind.audit?.().problems(state, 0) ?? []).toEqual([]);
    },
  );

  it('that every process must know at once concern one member, or say who is let in', () => {
    expect([...watchedCategories].sort()).toEqual(expect.arrayContaining(['account', 'member', 'staff', 'till']));
    for (const shared of ['store', 'programme']) expect(watchedCategories.has(shared)).toBe(false);
  });
});

describe('the read models', () => {
  it('have names and tables of their own', () => {
    expect(repeated(projections.map(({ name }) => name))).toEqual([]);
    expect(new Set(projections.map(({ entity }) => entity)).size).toBe(projections.length);
  });

  it.each(projections.map((projection) => [projection.name, projection] as const))(
    '%s follows facts that there are',
    (_, projection) => {
      const known = new Set(catalogue.all().map(({ type }) => type));
      const followed = Object.keys(projection.on);
      expect(followed.length).toBeGreaterThan(0);
      expect(followed.filter((type) => !known.has(type))).toEqual([]);
      expect(Number.isInteger(projection.version)).toBe(true);
    },
  );
});

describe('the contexts', () => {
  const modulesAt = (desks?: readonly Desk[]) =>
    contextModules({ adminTokenHash: 'hash', vault: new MemoryKeyVault(), ...(desks === undefined ? {} : { desks }) });
  const routesAt = (desks?: readonly Desk[]) => modulesAt(desks).flatMap(({ controllers = [] }) => controllers);

  it('are the same whoever is served, so that any of them can be asked', () => {
    const names = modulesAt().map(({ module }) => module);
    expect(names).toHaveLength(4);
    for (const desks of [[], ['till'], ['office']] as const)
      expect(modulesAt(desks).map(({ module }) => module)).toEqual(names);
  });

  it('serve every desk unless told', () => expect(new Set(routesAt())).toEqual(new Set(routesAt(allDesks))));

  it('serve nobody where no desk is named', () => expect(routesAt([])).toEqual([]));

  it('serve at both desks together just what they serve at each', () =>
    expect(new Set(routesAt())).toEqual(new Set([...routesAt(['till']), ...routesAt(['office'])])));

  it('serve each route once', () => expect(new Set(routesAt()).size).toBe(routesAt().length));

  it('serve less at a till than in an office', () =>
    expect(routesAt(['till']).length).toBeLessThan(routesAt(['office']).length));
});
