import type { Problem } from './problem';
import { invalid, invalidField, notFound, problem } from './problem';

const bodyOf = (found: Problem): unknown => JSON.parse(found.toText());

it('is what RFC 9457 describes, with a title made of its code', () =>
  expect(bodyOf(problem('in-debt', 409, 'Repay 5 points first.'))).toEqual({
    type: 'urn:regulars:problem:in-debt',
    title: 'In debt',
    status: 409,
    detail: 'Repay 5 points first.',
  }));

it('says its title where there is no more to say', () =>
  expect(bodyOf(problem('too-busy', 503))).toMatchObject({ title: 'Too busy', detail: 'Too busy.' }));

it('never shows when to come back in its body: that is a header', () =>
  expect(bodyOf(problem('too-busy', 503, 'Wait.', { retryAfterSeconds: 1 }))).not.toHaveProperty('retryAfterSeconds'));

it('is an error that names its code', () => {
  const found = problem('in-debt', 409, 'Repay first.');
  expect(found).toBeInstanceOf(Error);
  expect([found.name, found.message]).toEqual(['Problem', 'in-debt: Repay first.']);
});

it.each([
  ['store', 'S9', 'store-not-found', 'There is no store "S9".'],
  ['gift-card', 'a"b\n', 'gift-card-not-found', 'There is no gift card "a\\"b\\n".'],
])('of a %s that is not there is 404', (what, id, code, detail) =>
  expect(notFound(what, id)).toMatchObject({ code, status: 404, detail }),
);

it('of a request that does not fit is 400 with every place', () => {
  const errors = [
    { path: 'lines[0].quantity', message: 'Must be 1 at least' },
    { path: 'storeId', message: 'Is missing' },
  ];
  expect(bodyOf(invalid(errors))).toMatchObject({ type: 'urn:regulars:problem:validation', status: 400, errors });
  expect(bodyOf(invalidField('currency', 'Must be AUD'))).toMatchObject({
    errors: [{ path: 'currency', message: 'Must be AUD' }],
  });
});
