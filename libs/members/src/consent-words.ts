import type { ConsentStatement, Sealed } from './domain/member.commands';
import type { MemberSecrets } from './member-secrets';

/** What proves a consent: a text, or its parts (form, place, words shown). */
export type Evidence = string | Readonly<Record<string, string>>;

/** A consent as it is said, its evidence in clear. */
export interface ConsentWord {
  readonly channel: string;
  readonly purpose: string;
  readonly granted: boolean;
  readonly evidence?: Evidence | undefined;
}

/** The statements with their evidence sealed under the member's key. */
export const sealConsents = (
  secrets: MemberSecrets,
  keyId: string,
  words: readonly ConsentWord[],
): Promise<readonly ConsentStatement[]> =>
  Promise.all(
    words.map(async ({ evidence, ...said }) =>
      evidence === undefined ? said : { ...said, evidence: await secrets.sealText(keyId, JSON.stringify(evidence)) },
    ),
  );

/** The evidence in clear; `undefined` once the member is erased. */
export const openEvidence = async (
  secrets: MemberSecrets,
  keyId: string,
  sealed: Sealed,
): Promise<Evidence | undefined> => {
  const text = await secrets.openText(keyId, sealed);
  return text === undefined ? undefined : (JSON.parse(text) as Evidence);
};
