const postgres = require('./postgres.teardown.cjs');
const kafka = require('./kafka.teardown.cjs');

module.exports = async () => {
  await kafka();
  await postgres();
};
