import {
  createStatusFactsReader,
  type ItemFacts,
  type SourceFacts,
  type Sql,
  type StatusFacts,
} from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { type Freshness, judgeFreshness, staleBefore } from './freshness.ts';
import { findProblems, type Problem } from './problems.ts';

/** How the work of all services goes, and what of it needs a person. */
export interface Status extends Omit<StatusFacts, 'sources' | 'items'> {
  /** Empty if nothing does. */
  readonly problems: readonly Problem[];
  /** Ordered by id. */
  readonly sources: readonly SourceStatus[];
  /** Ordered by dataset and area. */
  readonly items: readonly ItemStatus[];
}

export interface SourceStatus extends SourceFacts {
  /** Requests that all collectors together may send to it in a minute; null for a source that this release does not know. */
  readonly requestsPerMinute: number | null;
}

export interface ItemStatus extends ItemFacts {
  readonly freshness: Freshness;
  /** It is behind if its last point starts before this; null if nothing keeps its dataset current. */
  readonly staleBefore: Temporal.Instant | null;
}

export type StatusReader = ReturnType<typeof createStatusReader>;

/**
 * @param datasets - every dataset that any source knows
 * @param budgets - requests per minute, by source id
 */
export function createStatusReader(
  sql: Sql,
  datasets: readonly Dataset[],
  budgets: ReadonlyMap<string, number>,
): () => Promise<Status> {
  const readFacts = createStatusFactsReader(sql);
  return async () => judgeStatus(await readFacts(), datasets, budgets);
}

export function judgeStatus(
  facts: StatusFacts,
  datasets: readonly Dataset[],
  budgets: ReadonlyMap<string, number>,
): Status {
  const byId = new Map(datasets.map((dataset) => [dataset.id, dataset]));
  const items = facts.items.map((item): ItemStatus => {
    const dataset = byId.get(item.dataset);
    return {
      ...item,
      freshness: judgeFreshness(item, dataset, facts),
      staleBefore: dataset === undefined ? null : staleBefore(dataset, item.area, facts.now),
    };
  });
  const sources = facts.sources.map((source) => ({
    ...source,
    requestsPerMinute: budgets.get(source.source) ?? null,
  }));
  return { ...facts, sources, items, problems: findProblems(facts, items) };
}
