const postgres = require('./postgres.setup.cjs');
const kafka = require('./kafka.setup.cjs');

module.exports = async () => {
  await postgres();
  await kafka();
};
