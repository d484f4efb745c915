#!/usr/bin/env -S node --max-semi-space-size=64
// Most of what a command reads is dropped at once: with more room for the young, little of it is moved before that.
// Starts the command line. In a fresh clone it installs and builds first; later it only looks whether it must.
'use strict';
const { join } = require('node:path');

import(join(__dirname, '..', 'scripts', 'prepare.mjs'))
  .then(({ prepare }) => {
    prepare();
    require('../dist/apps/cli/src/main.js');
  })
  .catch((problem) => {
    process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
    process.exitCode = 1;
  });
