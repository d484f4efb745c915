// Loaded into a service before its program, to make another release of it: one that does not know a type of event yet,
// or one whose read model cannot take the purchases of a member.
const { join } = require('node:path');

const built = (path) => require(join(__dirname, '..', '..', 'dist', 'libs', path));

const { REGULARS_TEST_UNKNOWN_TYPE: unknownType, REGULARS_TEST_UNLUCKY_STREAM: unlucky } = process.env;

if (unknownType !== undefined) built('composition/contexts.js').catalogue.types.delete(unknownType);

if (unlucky !== undefined) {
  const { accountOverview } = built('account/src/read/account-overview.projection.js');
  const { PurchaseRecorded } = accountOverview.on;
  accountOverview.on.PurchaseRecorded = (row, fact, key) => {
    if (fact.streamId === unlucky) throw new TypeError('A mistake of this release.');
    return PurchaseRecorded(row, fact, key);
  };
}
