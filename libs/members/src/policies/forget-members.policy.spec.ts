import { erased } from '../testing/member.fixtures';
import { factsOf } from '../testing/member.facts';
import { commandsOf } from '#libs/platform/runtime/policy';
import { enrolled } from '../testing/member.fixtures';
import { forgetMembers } from './forget-members.policy';

describe('forgetting members', () => {
  it('destroys the key that the erasure names', () =>
    expect(factsOf('M1', enrolled(), erased).flatMap((fact) => commandsOf(forgetMembers, fact))).toEqual([
      { type: 'DestroyKey', keyId: 'K1' },
    ]));
});
