// swc compiles our TypeScript. In node_modules only ES modules are rewritten to CommonJS (jest on Node 20 cannot
// require() them, and NestJS 12 ships nothing else); every other file passes through untouched.
const { readFileSync, existsSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { createTransformer } = require('@swc/jest');

const swcrc = { ...JSON.parse(readFileSync(join(__dirname, '.swcrc'), 'utf8')), swcrc: false };
const swc = createTransformer(swcrc);
const packageTypes = new Map();

/** The `type` of the nearest package.json above a folder: "module" or "commonjs". */
function packageType(folder) {
  let type = packageTypes.get(folder);
  if (type === undefined) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) type = JSON.parse(readFileSync(manifest, 'utf8')).type ?? 'commonjs';
    else type = dirname(folder) === folder ? 'commonjs' : packageType(dirname(folder));
    packageTypes.set(folder, type);
  }
  return type;
}

const isEsModule = (file) => file.endsWith('.mjs') || (file.endsWith('.js') && packageType(dirname(file)) === 'module');

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file, options) => swc.getCacheKey(source, file, options),
  process: (source, file, options) =>
    file.includes('/node_modules/') && !isEsModule(file) ? { code: source } : swc.process(source, file, options),
};
