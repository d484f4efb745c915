import { logStart } from '#libs/platform/event-store/event-store';
import type { TabHouse } from '#libs/platform/read-models/testing/tab-house';
import { LoggedFact } from '#libs/platform/runtime/fact';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { factMessage, type Publishing } from '../cloud-event';
import type { OffsetMessage } from '../topic-mark';
import { tabPublishing } from './bus';

/** A message of a topic with its body still to be changed. */
export type TopicMessage = OffsetMessage & { readonly value: Buffer };

/** Every fact of the log as messages of one partition, from offset 0 on. */
export const messagesOf = async (
  house: Pick<TabHouse, 'store'>,
  publishing: Publishing = tabPublishing,
): Promise<readonly TopicMessage[]> =>
  (await house.store.readAll(logStart, 1_000_000)).map((event, index) => {
    const { value, headers } = factMessage(new LoggedFact(event, tabCatalogue), publishing);
    return { offset: String(index), value: Buffer.from(value), headers };
  });

/** The same messages at later offsets. */
export const movedBy = (messages: readonly TopicMessage[], by: number): readonly TopicMessage[] =>
  messages.map((message) => ({ ...message, offset: String(Number(message.offset) + by) }));

/** The same messages, one after the other in a partition, from an offset on. */
export const inARow = (messages: readonly TopicMessage[], from = 0): readonly TopicMessage[] =>
  messages.map((message, index) => ({ ...message, offset: String(from + index) }));
