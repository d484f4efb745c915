import type { DomainEvent } from '#libs/platform/kernel/decider';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { FoldedEvent, NewEvent } from '#libs/platform/event-store/event-store';
import type { MetaFor } from './command-runner';
import { partId } from './deterministic-id';

/** The text of each event's meta; that of the same object again is not made anew. */
const metaTexts = <E>(meta: MetaFor<E>): ((event: E) => string) => {
  let [latest, text]: [object | undefined, string] = [undefined, ''];
  return (event) => {
    const own = typeof meta === 'function' ? meta(event) : meta;
    if (own !== latest) [latest, text] = [own, JSON.stringify(own)];
    return text;
  };
};

/** Facts on their way into the log: ids follow from the command's id and their place, so that they never differ in a repeat. */
export const encodeEvents = <E extends DomainEvent>(
  catalogue: EventCatalogue,
  commandId: string,
  events: readonly E[],
  meta: MetaFor<E>,
): readonly NewEvent[] => {
  const textOf = metaTexts(meta);
  return events.map((event, index) => ({
    eventId: partId(commandId, index),
    type: event.type,
    schemaVersion: catalogue.versionOf(event.type),
    data: JSON.stringify(event.data),
    meta: textOf(event),
    occurredAt: event.at,
  }));
};

/** A fact as it is understood today: its data lifted to the present schema version. */
export const decodeEvent = <E extends DomainEvent>(
  catalogue: EventCatalogue,
  stored: Omit<FoldedEvent, 'revision'>,
): E => {
  const data = JSON.parse(stored.data) as Record<string, unknown>;
  return {
    type: stored.type,
    at: stored.occurredAt,
    data: catalogue.upcast(stored.type, stored.schemaVersion, data),
  } as DomainEvent as E;
};
