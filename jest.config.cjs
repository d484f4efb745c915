module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  testRegex: '\\.spec\\.ts$',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  globalSetup: '<rootDir>/test/setup/neighbours.setup.cjs',
  globalTeardown: '<rootDir>/test/setup/neighbours.teardown.cjs',
  moduleNameMapper: { '^fast-check$': '<rootDir>/test/setup/fast-check.cjs' },
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  transform: { '^.+\\.(ts|js|mjs)$': '<rootDir>/jest.transform.cjs' },
  transformIgnorePatterns: [],
  coverageProvider: 'v8',
  // A limit for what hangs, not a measure: a busy machine may take many times as long as an idle one.
  testTimeout: 120_000,
};
