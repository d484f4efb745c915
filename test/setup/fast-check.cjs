// fast-check as specs import it. Everybody draws the same examples every time, so that a red run tells of the change it
// ran on and not of luck; `npm run test:properties` draws others, and many times as many.
const fastCheck = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

const { PROPERTY_SEED: seed = '1', PROPERTY_TIMES: times = '1' } = process.env;
const settings = seed === 'random' ? {} : { seed: Number(seed) };

/** As many times the runs that the property asks for, or fast-check does by default. */
const more = ({ numRuns = 100, ...others } = {}) => ({ ...settings, ...others, numRuns: numRuns * Number(times) });

const fc = { ...fastCheck, assert: (property, parameters) => fastCheck.assert(property, more(parameters)) };

module.exports = { ...fc, __esModule: true, default: fc };
