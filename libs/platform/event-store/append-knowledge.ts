import { commandId, type Knowledge, type Waiting } from './append-batch';
import type { Statement } from './append-statement';
import { textArray } from './binary-array';
import type { ClaimHolder, CommandRecord, StreamTip } from './event-store';

/** Everything in one statement, hence as of one moment. Columns: kind, three texts, a number, a text. */
const text = `
SELECT 'command', c.credential, c.key, c.request_hash, c.status::int4, c.answer
FROM log.commands c JOIN unnest($1::text[], $2::text[]) AS w(key, credential) ON c.key = w.key AND c.credential = w.credential
UNION ALL
SELECT 'claim', c.name, c.stream_id, NULL, c.revision, NULL FROM log.claims c WHERE c.name = ANY($3::text[])
UNION ALL
SELECT 'stream', s.stream_id, encode(s.hash, 'hex'), NULL, s.revision, NULL FROM log.streams s WHERE s.stream_id = ANY($4::text[])`;

/** The question for all that {@link knowledgeOf} tells about some appends. */
export const knowledgeStatement = (appends: readonly Waiting[]): Statement => {
  const requests = appends.map((each) => each.request);
  const commands = requests.flatMap((each) => (each.command === undefined ? [] : [each.command]));
  return {
    name: 'append-knowledge',
    text,
    values: [
      textArray(commands.map((each) => each.key)),
      textArray(commands.map((each) => each.credential)),
      textArray(requests.flatMap((each) => each.claims ?? [])),
      textArray(requests.map((each) => each.streamId)),
    ],
  };
};

/** What the answer to {@link knowledgeStatement} says. */
export const knowledgeOf = (rows: readonly (readonly (string | null)[])[]): Knowledge => {
  const commands = new Map<string, CommandRecord>();
  const claims = new Map<string, ClaimHolder>();
  const tips = new Map<string, StreamTip>();
  for (const row of rows) {
    const [kind, first, second, third, number, last] = row.map((value) => value ?? '') as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    if (kind === 'claim') claims.set(first, { streamId: second, revision: Number(number) });
    else if (kind === 'stream') tips.set(first, { revision: Number(number), hash: second });
    else {
      const command = { credential: first, key: second, requestHash: third, status: Number(number), answer: last };
      commands.set(commandId(command), command);
    }
  }
  return { commands, claims, tips };
};
