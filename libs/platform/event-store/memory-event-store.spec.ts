import { eventStoreContract } from '#libs/platform/testing/event-store.contract';
import { MemoryEventStore } from './memory-event-store';

const store = new MemoryEventStore();

eventStoreContract('memory', () => store);
