import type { AccountAnswer } from '../support/answers';
import { accepted, codeOf, type Client } from '../support/client';
import { PASSWORD, S1 } from '../support/club';
import { perDollar, programme } from '../support/programmes';
import { eventually } from '../support/server-process';
import { Services, type ServiceProcess } from '../support/service-process';
import { Till } from '../support/till';

let services: Services;
let tillApi: ServiceProcess;
let otherTillApi: ServiceProcess;
let officeApi: ServiceProcess;
let worker: ServiceProcess;
let office: Client;
let till: Till;
let otherTill: Till;

const now = (): string => new Date().toISOString();

beforeAll(async () => {
  services = await Services.prepare({ REGULARS_METRICS_TOKEN: 'token-of-monitoring' });
  tillApi = services.start('till-api');
  otherTillApi = services.start('till-api');
  officeApi = services.start('office-api');
  worker = services.start('worker');
  for (const each of [tillApi, otherTillApi, officeApi, worker]) await each.ready();
  office = services.office(officeApi);
  accepted(await office.post('/v1/stores', S1));
  const { token } = accepted(await office.post<{ token: string }>('/v1/stores/S1/tills', { tillId: 'T1' }));
  const place = { storeId: 'S1', tillId: 'T1', currency: 'AUD', now };
  till = new Till(services.office(tillApi).as(token), place);
  otherTill = new Till(services.office(otherTillApi).as(token), place);
  const document = programme({ rules: [perDollar(1)] });
  accepted(await office.post('/v1/programme/versions', { document, note: 'first' }));
  await eventually('both tills know the programme', async () => {
    const known = await Promise.all([till, otherTill].map(({ client }) => client.get('/v1/programme')));
    return known.every(({ status }) => status === 200);
  });
}, 360_000);
afterAll(() => services.close(), 240_000);

const available = async (client: Client, memberId: string): Promise<number | undefined> => {
  const { wallets } = accepted(await client.get<AccountAnswer>(`/v1/accounts/${memberId}`), 200);
  return wallets.find(({ code }) => code === 'points')?.available;
};

describe('what one process was told, the next one knows at once', () => {
  it('a member enrolled at one till buys at another, and the office sees the points', async () => {
    for (let round = 0; round < 10; round += 1) {
      const memberId = await till.enrols();
      accepted(await otherTill.send(otherTill.ticket(memberId, 1_000, { ticketNo: `a${round}` })));
      expect(await available(till.client, memberId)).toBe(10);
      accepted(await till.send(till.ticket(memberId, 500, { ticketNo: `b${round}` })));
      expect(await available(otherTill.client, memberId)).toBe(15);
      expect(await available(office, memberId)).toBe(15);
    }
  });

  it('a member that was looked for in vain is found as soon as it is there', async () => {
    const memberId = `early-${Date.now()}`;
    expect((await otherTill.client.get(`/v1/accounts/${memberId}`)).status).toBe(404);
    await till.enrols({}, { memberId });
    expect(await available(otherTill.client, memberId)).toBe(0);
  });

  it('a suspension in the office holds at every till', async () => {
    const memberId = await till.enrols();
    accepted(await otherTill.send(otherTill.ticket(memberId, 1_000, { ticketNo: 'before' })));
    const redeem = (): ReturnType<Client['post']> =>
      otherTill.client.post('/v1/redemptions', {
        memberId,
        ...{ storeId: 'S1', tillId: 'T1', kind: 'reward', rewardId: 'nothing' },
      });
    const before = codeOf(await redeem());
    accepted(await office.post(`/v1/members/${memberId}/suspend`, { reason: 'fraud' }), 200);
    const after = codeOf(await redeem());
    expect([before === after, after]).toEqual([false, 'member-suspended']);
  });

  it('a token that was replaced ends everywhere', async () => {
    const { token: old } = accepted(await office.post<{ token: string }>('/v1/stores/S1/tills', { tillId: 'T9' }));
    const asOld = services.office(otherTillApi).as(old);
    expect((await asOld.get('/v1/programme')).status).toBe(200);
    accepted(await office.post('/v1/stores/S1/tills/T9/token'));
    expect((await asOld.get('/v1/programme')).status).toBe(401);
  });
});

describe('what all share reaches every process within a moment', () => {
  it('a store that the office opened', async () => {
    const store = { ...S1, storeId: 'S2', name: 'Lygon Street' };
    accepted(await office.post('/v1/stores', store));
    const { token } = accepted(await office.post<{ token: string }>('/v1/stores/S2/tills', { tillId: 'T1' }));
    const there = new Till(services.office(otherTillApi).as(token), {
      storeId: 'S2',
      tillId: 'T1',
      currency: 'AUD',
      now,
    });
    const newcomer = { storeId: 'S2', channel: 'till', profile: {} };
    await eventually(
      'the till may enrol',
      async () => (await there.client.post('/v1/members', newcomer)).status === 201,
    );
  });

  it('a programme that the office published', async () => {
    const document = programme({ rules: [perDollar(3)] });
    accepted(await office.post('/v1/programme/versions', { document, note: 'second' }));
    const memberId = await till.enrols();
    const worth = async (each: Till): Promise<number | undefined> => {
      const { earned } = accepted(
        await each.client.post<{ earned: { points: number }[] }>('/v1/quotes', each.ticket(memberId, 1_000), null),
        200,
      );
      return earned[0]?.points;
    };
    for (const each of [till, otherTill]) await eventually('it counts', async () => (await worth(each)) === 30);
  });
});

it('adds up exactly when one member buys at both tills at once', async () => {
  const memberId = await till.enrols();
  const before = await available(office, memberId);
  const tickets = Array.from({ length: 60 }, (_, index) => {
    const at = index % 2 === 0 ? till : otherTill;
    return at.send(at.ticket(memberId, 100, { ticketNo: `both-${index}` }), `both-${index}`);
  });
  const answers = await Promise.all(tickets);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  const each = answers[0]?.body.earned[0]?.points ?? 0;
  for (const client of [office, till.client, otherTill.client])
    expect(await available(client, memberId)).toBe((before ?? 0) + 60 * each);
  const again = await otherTill.send(till.ticket(memberId, 100, { ticketNo: 'both-0' }), 'both-0');
  expect([200, 201, 422]).toContain(again.status);
  expect(await available(office, memberId)).toBe((before ?? 0) + 60 * each);
});

describe('each service', () => {
  it('serves its own routes only', async () => {
    const at = (service: ServiceProcess): Client => services.office(service);
    const status = async (service: ServiceProcess, path: string): Promise<number> =>
      (await at(service).get(path)).status;
    expect(await status(tillApi, '/v1/reviews')).toBe(404);
    expect(await status(tillApi, '/v1/stores')).toBe(404);
    expect((await at(tillApi).post('/v1/programme/versions', {})).status).toBe(404);
    expect(await status(officeApi, '/v1/reviews')).toBe(200);
    expect((await at(officeApi).post('/v1/purchases', {})).status).toBe(404);
    expect(await status(worker, '/v1/programme')).toBe(404);
    const staff = { staffId: 'C1', name: 'C1', roles: ['cashier'], storeIds: ['S1'], password: PASSWORD };
    accepted(await office.post('/v1/staff', staff));
    const session = { staffId: 'C1', password: PASSWORD };
    for (const desk of [tillApi, officeApi])
      expect((await at(desk).as(null).post('/v1/sessions', session)).status).toBe(201);
  });

  it('tells how it is doing, without naming anybody', async () => {
    await eventually('the worker is at the end', async () =>
      /regulars_follower_lag_events\{name="projector",service="worker"\} 0$/m.test(await worker.metrics()),
    );
    const text = await tillApi.metrics();
    expect(text).toMatch(/^regulars_append_seconds_count\{service="till-api"\} [1-9]/m);
    expect(text).toMatch(/^regulars_append_batch_size_count\{service="till-api"\} [1-9]/m);
    expect(text).toMatch(/regulars_http_request_seconds_count\{[^}]*route="\/v1\/accounts\/:memberId",status="200"/);
    expect(text).toMatch(/^regulars_follower_lag_seconds\{name="state-cache",service="till-api"\} [\d.]+$/m);
    expect(text).not.toMatch(/early-|both-|S1/);
    expect(await worker.metrics()).toMatch(/^regulars_policy_commands_accepted_total\{name="policy:book-enrolments"/m);
  });
});

it('who is dismissed in the office is out at every till at once, and stays out', async () => {
  const staff = { staffId: 'C2', name: 'C2', roles: ['cashier'], storeIds: ['S1'], password: PASSWORD };
  accepted(await office.post('/v1/staff', staff));
  const session = { staffId: 'C2', password: PASSWORD };
  const { token } = accepted(await till.client.as(null).post<{ token: string }>('/v1/sessions', session));
  const cashiers = [till, otherTill].map(({ client }) => client.as(token));
  const statuses = () => Promise.all(cashiers.map(async (each) => (await each.get('/v1/programme')).status));
  expect(await statuses()).toEqual([200, 200]);
  accepted(await office.post('/v1/staff/C2/dismiss', {}), 200);
  expect(await statuses()).toEqual([401, 401]);
  accepted(await office.post('/v1/staff', { ...staff, password: `${PASSWORD} anew` }));
  expect(await statuses()).toEqual([401, 401]);
});

it('lets monitoring read from elsewhere with a token of its own, and nothing else', async () => {
  const ask = async (path: string, token?: string): Promise<number> => {
    const headers = {
      'x-forwarded-for': '10.0.0.9',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    return (await fetch(`${officeApi.url}${path}`, { headers })).status;
  };
  expect(await ask('/metrics')).toBe(401);
  expect(await ask('/metrics', 'token-of-monitoring')).toBe(200);
  for (const path of ['/v1/stores', '/v1/programme', '/v1/members?storeId=S1', '/v1/reviews'])
    expect(await ask(path, 'token-of-monitoring')).toBe(403);
});

it('reports come from what the worker keeps', async () => {
  const memberId = await till.enrols();
  await eventually('the list has the member', async () => {
    const { body } = await office.get<{ items: { memberId: string }[] }>('/v1/members?storeId=S1&limit=200');
    return body.items.some((item) => item.memberId === memberId);
  });
});

it('another worker goes on where one was killed', async () => {
  const second = await services.start('worker').ready();
  await worker.kill();
  const memberId = await till.enrols();
  await eventually('the second one projects', async () => {
    const { body } = await office.get<{ items: { memberId: string }[] }>('/v1/members?storeId=S1&limit=200');
    return body.items.some((item) => item.memberId === memberId);
  });
  expect(await second.stop()).toBe(0);
});

it.each(['DATABASE_URL', 'REGULARS_MASTER_KEY', 'REGULARS_ADMIN_TOKEN'])('does not start without %s', async (name) => {
  const service = services.start('till-api', { [name]: '' });
  expect(await service.exit()).toBe(1);
  expect(service.output).toContain(`${name} must be set`);
});

it('a relay needs somewhere to publish', async () => {
  const relay = services.start('relay');
  expect(await relay.exit()).toBe(1);
  expect(relay.output).toContain('KAFKA_BROKERS must be set');
});

it('ends in order when it is told to', async () => {
  expect(await otherTillApi.stop()).toBe(0);
});
