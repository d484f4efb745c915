import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Club } from '../support/club';
import { regulars } from '../support/command-line';
import { Log } from '../support/log';
import { programme } from '../support/programmes';
import { Seeded } from '../support/seeded';
import { eventually } from '../support/server-process';
import { SmallDisk } from '../support/small-disk';
import { bookings, TillLoad, wrongBookings } from '../support/till-load';

/** The disk is full while tills sell. Needs a disk of its own, which only root can mount. */
const disk = SmallDisk.mount(320);
let club: Club | undefined;
afterAll(async () => {
  disk?.relieve();
  await club?.close();
  disk?.unmount();
}, 360_000);

(disk === undefined ? it.skip : it)(
  'tickets are answered 503 until there is room again, and nothing accepted is lost',
  async () => {
    const folder = join(disk!.folder, 'data');
    await mkdir(folder);
    const here = await Club.open({ database: 'embedded', folder, programme: programme() });
    club = here;
    const members = await Promise.all(Array.from({ length: 8 }, () => here.till.enrols()));
    const load = new TillLoad(here, members, Seeded.announced('disk full'));
    await load.during(async () => {
      await eventually('tickets are accepted', () => load.count('accepted') > 50);
      disk!.fill();
      await eventually('there is no room for a ticket', () => load.count('unknown') > 50, 240_000);
      const accepted = load.count('accepted');
      disk!.relieve();
      await eventually('tickets are accepted again', () => load.count('accepted') > accepted + 50);
    });
    await load.resend();

    const log = await Log.of(here.server);
    expect(wrongBookings(load.history, await bookings(log))).toEqual([]);
    await log.close();
    for (const member of members) {
      const account = await here.account(member);
      expect({ points: account.wallets[0]?.available, purchases: account.purchases }).toEqual(load.expected(member));
    }
    const verified = await regulars(here.server, 'verify', '--json');
    expect([verified.code, verified.text]).toEqual([0, verified.text]);
  },
  900_000,
);
