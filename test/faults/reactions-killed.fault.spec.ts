import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnrolledAnswer } from '../support/answers';
import { Club } from '../support/club';
import { regulars } from '../support/command-line';
import { Log, type LoggedFact } from '../support/log';
import { fixedFor, perDollar, programme } from '../support/programmes';
import { faultRounds, Seeded } from '../support/seeded';

/** The server is killed while facts and the clock set things off: each of them happens, and none twice. */
const document = programme({
  points: { expiry: { mode: 'after', period: 'P5D' } },
  rules: [perDollar(1), fixedFor('enrolment', 7)],
});
const now = '2026-03-01T00:00:00Z';
let club: Club;
let log: Log;
beforeAll(async () => {
  club = await Club.open({ now, programme: document });
  log = await Log.of(club.server);
});
afterAll(async () => {
  await log?.close();
  await club?.close();
});

interface Joining {
  readonly key: string;
  readonly body: object;
}

const join = ({ key, body }: Joining): Promise<string | undefined> =>
  club.till.client.post<EnrolledAnswer>('/v1/members', body, key).then(
    ({ status, body: { memberId } }) => (status === 201 ? memberId : undefined),
    () => undefined,
  );

const ofType = (facts: readonly LoggedFact[], type: string): readonly LoggedFact[] =>
  facts.filter((fact) => fact.type === type);

it(
  `members who join around ${faultRounds} kills each get what joining brings, once`,
  async () => {
    const chance = Seeded.announced('reactions killed');
    const joinings: Joining[] = [];
    for (let round = 1; round <= faultRounds; round += 1) {
      const fresh = Array.from({ length: 40 }, () => ({
        key: randomUUID(),
        body: { storeId: 'S1', channel: 'till', profile: { givenName: 'Ann' } },
      }));
      joinings.push(...fresh);
      const joined = Promise.all(fresh.map(join));
      await sleep(chance.between(5, 400));
      await club.server.kill();
      await joined;
      await club.server.run();
    }
    const members = await Promise.all(joinings.map(join));
    expect(new Set(members).size).toBe(joinings.length);
    expect(members).not.toContain(undefined);
    await club.settled();
    const facts = await log.everything();
    expect(ofType(facts, 'MemberEnrolled').length).toBe(joinings.length);
    for (const member of members) expect(await club.available(String(member))).toBe(7);
    expect(ofType(facts, 'PointsEarned').length).toBe(joinings.length);
  },
  240_000 + faultRounds * 120_000,
);

it(
  'a clock whose move is cut off by a kill runs what is left when it is moved again, and nothing twice',
  async () => {
    const chance = Seeded.announced('clock killed');
    const members = await Promise.all(Array.from({ length: 20 }, () => club.till.enrols()));
    for (const [index, member] of members.entries()) {
      const occurredAt = new Date(Date.parse(now) - index * 3_600_000).toISOString();
      await club.till.sells(member, 1_000, { occurredAt });
    }
    const until = '2026-03-20T00:00:00Z';
    for (let round = 1; round <= faultRounds; round += 1) {
      const moving = club.office.post('/v1/clock', { now: until }).catch(() => undefined);
      await sleep(chance.between(5, 120));
      await club.server.kill();
      await moving;
      await club.server.run();
    }
    await club.clockTo(until);
    const facts = await log.everything();
    const earned = ofType(facts, 'PointsEarned').map(({ data }) => String(data['lotId']));
    const expired = ofType(facts, 'PointsExpired');
    expect(expired.map(({ data }) => String(data['lotId'])).sort()).toEqual([...earned].sort());
    expect(expired.filter((fact) => fact.at !== fact.recordedAt)).toEqual([]);
    for (const member of members) expect(await club.available(member)).toBe(0);
    const verified = await regulars(club.server, 'verify', '--json');
    expect([verified.code, verified.text]).toEqual([0, verified.text]);
  },
  240_000 + faultRounds * 120_000,
);
