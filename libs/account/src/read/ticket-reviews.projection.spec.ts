import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { on, Scenario } from '../domain/testing/scenario';
import { factsOf } from '../testing/account.facts';
import { ticketReviews } from './ticket-reviews.projection';

const rows = (scenario: Scenario) => [...rowsAfter(ticketReviews, factsOf(scenario)).values()];

const setAside = (): Scenario => {
  const scenario = new Scenario().at('2026-03-01');
  scenario.buy('P1', 700, { occurredAt: on('2026-01-02'), businessDate: '2026-01-02' });
  return scenario;
};

describe('the queue of tickets that wait for a person', () => {
  it('shows what each is', () =>
    expect(rows(setAside())).toEqual([
      {
        reviewId: 'P1',
        storeId: 'S1',
        memberId: 'M1',
        tillId: 'T1',
        ticketNo: 'P1',
        businessDate: '2026-01-02',
        occurredAt: on('2026-01-02'),
        setAsideAt: on('2026-03-01'),
        netMinor: 700,
        status: 'open',
      },
    ]));

  it('and what was said of it', () => {
    const rejected = setAside();
    rejected.tell({ type: 'RejectTicket', reviewId: 'P1' });
    expect(rows(rejected)).toMatchObject([{ status: 'rejected' }]);
    const accepted = setAside();
    const { ticket } = accepted.account.reviews[0]!;
    accepted.tell({ type: 'RecordPurchase', purchaseId: 'P1', ticket, source: 'review' });
    expect(rows(accepted)).toMatchObject([{ status: 'accepted' }]);
  });
});
