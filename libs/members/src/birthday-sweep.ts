import { Inject, Injectable } from '@nestjs/common';
import { COMMAND_RUNNER } from '#libs/platform/http/platform.module';
import { causedBy, type Origin } from '#libs/platform/runtime/dispatch';
import type { Aggregate, CommandRunner, Outcome } from '#libs/platform/runtime/command-runner';
import {
  birthdayCalendarDecider,
  type BirthdayCalendar,
  type CloseBirthdays,
} from './domain/birthday-calendar.decider';
import { birthdayCalendarEvents, type BirthdaysStated } from './domain/birthday-calendar.events';
import { hasBirthdayOn } from './domain/birthdays';
import { MemberSecrets } from './member-secrets';
import { MemberStreams } from './member-streams';
import type { StateBirthdays } from './policies/state-birthdays.timer';
import { BirthdayRows, type BirthdayRow } from './read/birthday-rows';

const calendar: Aggregate<CloseBirthdays, BirthdayCalendar, BirthdaysStated, never, undefined> = {
  decider: birthdayCalendarDecider,
  catalogue: birthdayCalendarEvents,
};

const dateText = ({ year, month, day }: StateBirthdays): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/**
 * States the birthdays of a date: opens the sealed birthdays of a zone's stores, a page at a time, and keeps none of
 * them. Broken off, it is done again from the start; each member's birthday is stated once a year all the same.
 */
@Injectable()
export class BirthdaySweep {
  constructor(
    @Inject(BirthdayRows) private readonly rows: BirthdayRows,
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
    @Inject(COMMAND_RUNNER) private readonly runner: CommandRunner,
  ) {}

  /** Rejects with `StoreUnavailable`; the date is then not closed. */
  async state(command: StateBirthdays, { idempotency, meta }: Origin): Promise<Outcome<never>> {
    for await (const page of this.rows.inZone(command.zone))
      await Promise.all(page.map((row) => this.stateOne(row, command, meta)));
    const date = dateText(command);
    return this.runner.execute({
      aggregate: calendar,
      id: command.zone,
      command: { type: 'CloseBirthdays', date, at: command.at },
      context: undefined,
      answer: () => ({ status: 200, body: { date } }),
      idempotency,
      meta,
    });
  }

  private async stateOne(
    row: BirthdayRow,
    { year, month, day, at }: StateBirthdays,
    meta: Origin['meta'],
  ): Promise<void> {
    const birthday = await this.secrets.openBirthday(row.keyId, row.birthday);
    if (birthday === undefined || !hasBirthdayOn(birthday, { year, month, day })) return;
    const { memberId } = row;
    await this.streams.execute({
      memberId,
      command: { type: 'ReachBirthday', year, at },
      answer: () => ({ status: 200, body: { memberId } }),
      submission: { idempotency: causedBy('timer:state-birthdays', `${memberId}@${year}`, 0), meta },
    });
  }
}
