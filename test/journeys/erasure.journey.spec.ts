import { Client as Database } from 'pg';
import { accepted, codeOf } from '../support/client';
import { Club } from '../support/club';
import { programme } from '../support/programmes';

/** Who asks to be forgotten is forgotten: nothing personal can be read any more, and the books still balance. */
const profile = {
  givenName: 'Wilhelmina',
  familyName: 'Ottakringer',
  phone: '+61491570156',
  email: 'Wilhelmina.O@example.org',
  birthday: '1971-11-23',
  postalAddress: { street: '17 Quince Lane', town: 'Wangaratta', postcode: '3677' },
};
const evidence = 'signed at the counter by Wilhelmina herself';
const note = 'told us that her dog Bartholomew is ill';

/** In every spelling in which it could have been kept. */
const secrets = [
  ...['Wilhelmina', 'Ottakringer', '491570156', '491 570 156', 'Quince', 'Wangaratta', 'Bartholomew'],
  ...['wilhelmina.o@example.org', '1971-11-23', '23.11.1971', '19711123'],
].map((text) => text.toLowerCase());

/** Month and day by themselves: an id made by chance may hold these digits, and so does every date of that day. */
const monthAndDay = '11-23';
const alone = /(?<![0-9a-f]|\d-)11-23(?![0-9a-f])/;

let club: Club;
let member: string;
let card: string;
beforeAll(async () => {
  club = await Club.open({ programme: programme() });
  const consents = [{ channel: 'email', purpose: 'promotion', granted: true, evidence }];
  const body = { storeId: 'S1', channel: 'till', profile, consents };
  const enrolled = accepted(
    await club.till.client.post<{ memberId: string; cards: { number: string }[] }>('/v1/members', body),
  );
  member = enrolled.memberId;
  card = enrolled.cards[0]?.number ?? '';
  const changed = { method: 'PATCH', body: { profile: { givenName: 'Wilhelmina Jane' } } };
  accepted(await club.office.send(`/v1/members/${member}`, changed), 200);
  await club.till.sells(member, 10_000);
  await club.till.client.post('/v1/members/lookup', { identifier: profile.phone });
  const adjustment = { wallet: 'points', points: 5, reason: 'goodwill', note };
  accepted(await club.office.post(`/v1/accounts/${member}/adjustments`, adjustment));
  accepted(await club.office.post(`/v1/members/${member}/suspend`, { reason: 'fraud', note }), 200);
  accepted(await club.office.post(`/v1/members/${member}/reinstate`, { reason: 'mistake', note }), 200);
});
afterAll(() => club?.close());

/** Every row of every table, as PostgreSQL writes it. */
const everyRow = async (): Promise<readonly (readonly [string, string])[]> => {
  const database = new Database({ connectionString: await club.server.databaseUrl() });
  await database.connect();
  try {
    const { rows: tables } = await database.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const rows: [string, string][] = [];
    for (const { name } of tables) {
      const found = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      rows.push(...found.rows.map(({ row }): [string, string] => [name, row]));
    }
    return rows;
  } finally {
    await database.end();
  }
};

/** A text as it may hide in a row: as it is, as hexadecimal digits, as base64 at any of its three offsets. */
const disguises = (text: string): readonly string[] => [
  text,
  Buffer.from(text).toString('hex'),
  ...[0, 1, 2].map((offset) => {
    const coded = Buffer.from(`${'.'.repeat(offset)}${text}`)
      .toString('base64')
      .replaceAll('=', '');
    return coded.slice(Math.ceil((offset * 4) / 3), -1).toLowerCase();
  }),
];

const findings = (rows: readonly (readonly [string, string])[], words: readonly string[]): readonly string[] => {
  const disguised = [...words.flatMap(disguises), ...disguises(monthAndDay).slice(1)];
  const wanted = disguised.filter((each) => each.length >= 6);
  return rows.flatMap(([table, row]) =>
    [
      ...wanted.filter((word) => row.toLowerCase().includes(word)),
      ...(alone.test(row.toLowerCase()) ? [monthAndDay] : []),
    ].map((word) => `${table} holds ${word}: ${row}`),
  );
};

it('nothing personal lies anywhere in clear, not even before', async () => {
  const rows = await everyRow();
  expect(rows.filter(([table]) => table === 'log.events').length).toBeGreaterThan(8);
  expect(rows.some(([, row]) => row.includes(member))).toBe(true);
  expect(findings(rows, [...secrets, card])).toEqual([]);
  expect(findings([['outputs', club.server.output]], [...secrets, card])).toEqual([]);
});

it('the search would find what lay in clear', () => {
  const inBase64 = Buffer.from('{"name":"wilhelmina"}').toString('base64');
  for (const row of ['(1,"Wilhelmina Jane")', `(2,\\x${Buffer.from('wilhelmina').toString('hex')})`, inBase64])
    expect(findings([['a.table', row]], ['wilhelmina'])).not.toEqual([]);
  for (const row of ['(1,11-23)', '{"born":"11-23"}', '(1,--11-23)'])
    expect(findings([['a.table', row]], [])).not.toEqual([]);
  for (const row of ['(2026-11-23 10:00:00+00)', '5d0c1d11-23ab-4b0e-9c6b-4f2c1f8f6a10'])
    expect(findings([['a.table', row]], [])).toEqual([]);
});

it('before, she is found and known', async () => {
  for (const identifier of [profile.phone, '+61 491 570 156', profile.email.toLowerCase(), card]) {
    const found = await club.till.client.post('/v1/members/lookup', { identifier });
    expect(accepted(found, 200)).toMatchObject({ memberId: member, displayName: 'Wilhelmina Jane Ottakringer' });
  }
});

it('afterwards nobody finds her, and her name cannot be read', async () => {
  accepted(await club.office.post(`/v1/members/${member}/erase`, { reason: 'request' }), 200);
  for (const identifier of [profile.phone, profile.email, card]) {
    const lost = await club.till.client.post('/v1/members/lookup', { identifier });
    expect([lost.status, codeOf(lost)]).toEqual([404, 'member-not-found']);
  }
  const shown = await club.office.get(`/v1/members/${member}`);
  expect(findings([['member', shown.text]], [...secrets, card])).toEqual([]);
  expect((await club.till.send(club.till.ticket(member, 100))).status).toBe(404);
  const rows = await everyRow();
  expect(rows.filter(([table]) => table === 'vault.keys')).toEqual([]);
  expect(rows.filter(([table, row]) => table === 'log.claims' && row.includes(`member-${member}`))).toEqual([]);
  expect(findings(rows, [...secrets, card])).toEqual([]);
});

it('the books still tell of a pseudonym', async () => {
  const rows = await everyRow();
  const facts = rows.filter(([table, row]) => table === 'log.events' && row.includes(`account-${member}`));
  expect(facts.some(([, row]) => row.includes('PurchaseRecorded'))).toBe(true);
});

it('her phone number is free for whoever has it now', async () => {
  const next = await club.till.enrols({ givenName: 'Otto', phone: profile.phone });
  const found = await club.till.client.post('/v1/members/lookup', { identifier: profile.phone });
  expect(accepted(found, 200)).toMatchObject({ memberId: next });
});

it('a restart brings nothing back', async () => {
  await club.server.stop();
  await club.server.run();
  const lost = await club.till.client.post('/v1/members/lookup', { identifier: profile.email });
  expect(lost.status).toBe(404);
});
