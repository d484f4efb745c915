// The rules of style that ESLint can check. dependency-cruiser checks who may import whom, test/tidy.spec.ts checks names.
import tseslint from 'typescript-eslint';

const sources = ['apps/**/*.ts', 'libs/**/*.ts', 'test/**/*.ts'];
const specs = ['**/*.spec.ts', '**/testing/**/*.ts', 'test/**/*.ts'];
const pure = ['libs/*/src/{domain,policies,presets}/**/*.ts'];

const everywhere = [
  { selector: 'ExportDefaultDeclaration', message: 'No default exports: a name is the same wherever it is used.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: name what is exported.' },
];

const inThePureCore = [
  { selector: ':function[async=true]', message: 'The core is synchronous.' },
  {
    selector: 'VariableDeclarator[id.name=/^(evolve|applied|fold)/] SwitchCase[test=null]',
    message: 'A default in the fold hides a forgotten event.',
  },
  { selector: 'AwaitExpression', message: 'The core is synchronous.' },
  { selector: 'ThrowStatement', message: 'The core refuses with values, it never throws.' },
  { selector: 'TSEnumDeclaration', message: 'Use a closed union of texts instead of an enum.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Now comes in as an argument.' },
  { selector: "CallExpression[callee.name='Date']", message: 'Now comes in as an argument.' },
  {
    selector: "MemberExpression[object.name='Temporal'][property.name='Now']",
    message: 'Now comes in as an argument.',
  },
];

const clocksAndChance = [
  { object: 'Date', property: 'now', message: 'Now comes in as an argument.' },
  { object: 'Math', property: 'random', message: 'The core decides the same on every replay.' },
];

const outside = ['process', 'console', 'fetch', 'crypto', 'performance', 'setTimeout', 'setInterval', 'setImmediate'];

const inMemoryMessaging = {
  name: '@nestjs/cqrs',
  importNames: ['EventBus', 'EventsHandler', 'EventPublisher', 'Saga', 'AggregateRoot'],
  message: 'Facts travel through the log: what sits in memory is lost in a crash.',
};

export default tseslint.config(
  { ignores: ['dist*/**', 'node_modules/**', 'data/**', 'coverage/**', '.cache/**'] },
  {
    files: sources,
    extends: [tseslint.configs.recommendedTypeChecked],
    linterOptions: { noInlineConfig: true },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Files with decorators are left alone by this rule: Nest needs the classes it injects as values.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 60 }],
      // A switch over a closed union is a table: it counts once.
      complexity: ['error', { max: 10, variant: 'modified' }],
      'max-params': ['error', { max: 4 }],
      'no-restricted-syntax': ['error', ...everywhere],
      'no-restricted-imports': ['error', { paths: [inMemoryMessaging] }],
    },
  },
  {
    files: ['libs/*/src/read/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            inMemoryMessaging,
            { name: '@nestjs/cqrs', importNames: ['CommandBus'], message: 'Read models never write commands.' },
          ],
        },
      ],
    },
  },
  {
    files: pure,
    ignores: specs,
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, ...inThePureCore],
      'no-restricted-properties': ['error', ...clocksAndChance],
      'no-restricted-globals': ['error', ...outside],
    },
  },
  {
    // A describe block is one long function, and answers read back from HTTP or SQL have no type until they are checked.
    files: specs,
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
