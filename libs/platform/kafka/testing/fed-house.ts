import type { AnyProjection } from '#libs/platform/read-models/projection';
import { prepareReadModels } from '#libs/platform/read-models/read-models';
import { dueRows, openTabHouse, storedRows, type TabHouse } from '#libs/platform/read-models/testing/tab-house';
import { tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { onTab, tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { FedProjections } from '../feed-projections';
import { FeedShare, type FeedNeeds } from '../feed-share';

/** A house of tabs whose read models are kept by a feed, without a bus: messages are handed over by the spec. */
export class FedHouse {
  private constructor(readonly house: TabHouse) {}

  static async open(): Promise<FedHouse> {
    const house = await openTabHouse();
    const needs = { source: house.source, store: house.store, catalogue: tabCatalogue };
    await prepareReadModels(needs, tabProjections, 'bus');
    return new FedHouse(house);
  }

  async needsWith(projections: readonly AnyProjection[] = tabProjections): Promise<FeedNeeds> {
    const { source, store, report } = this.house;
    const target = new FedProjections(source, projections);
    if (!(await target.ready())) throw new Error('The read models are not built.');
    return { source, store, catalogue: tabCatalogue, target, report, partitionOf: () => 0 };
  }

  /** One partition, as a process sees it that has just begun. */
  async share(projections?: readonly AnyProjection[], partition = 0): Promise<FeedShare> {
    return new FeedShare(
      { ...(await this.needsWith(projections)), partitionOf: () => partition },
      { feed: 'spec', topic: 'facts', partition },
    );
  }

  /** Every table holds what the log adds up to. */
  async expectRows(projections: readonly AnyProjection[] = tabProjections): Promise<void> {
    for (const projection of projections)
      expect(await storedRows(this.house.source, projection)).toEqual(await dueRows(this.house, projection));
  }

  /** Puts amounts on a tab. */
  async put(id: string, ...amounts: readonly number[]): Promise<void> {
    for (const amount of amounts) await this.house.runner.execute(onTab(id, { kind: 'put', amount }));
  }

  /** Puts on tabs and waits until that can be read. */
  async open(tabs: Readonly<Record<string, readonly number[]>>): Promise<void> {
    for (const [id, amounts] of Object.entries(tabs)) await this.put(id, ...amounts);
    await this.house.readable(Object.values(tabs).flat().length);
  }
}
