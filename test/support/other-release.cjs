// Loaded into a service before its program, to make another release of it: one that does not know a type of event yet,
// or one with mistakes that show with one member only.
const { join } = require('node:path');

const built = (path) => require(join(__dirname, '..', '..', 'dist', 'libs', path));

const { REGULARS_TEST_UNKNOWN_TYPE: unknownType, REGULARS_TEST_UNLUCKY_MEMBER: unlucky } = process.env;

const mistaken = (on, type) => {
  const right = on[type];
  on[type] = (...given) => {
    const fact = given.find((each) => each?.streamId !== undefined);
    if (fact.streamId.endsWith(`-${unlucky}`)) throw new TypeError('A mistake of this release.');
    return right(...given);
  };
};

if (unknownType !== undefined) built('composition/contexts.js').catalogue.types.delete(unknownType);

if (unlucky !== undefined) {
  mistaken(built('account/src/read/account-overview.projection.js').accountOverview.on, 'PurchaseRecorded');
  mistaken(built('account/src/policies/book-enrolments.policy.js').bookEnrolments.on, 'MemberEnrolled');
}
