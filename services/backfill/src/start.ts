import {
  createCollectionRepository,
  createCompletenessReader,
  createOpenWindowsReader,
  createSourceStateRepository,
  createStoredVolumeReader,
  type Sql,
} from '@energy-data-service/db';
import { commandLine } from '@energy-data-service/runtime';
import type { BackfillCommand } from './command-line.ts';
import type { Ending } from './ending.ts';
import { type PlannedItem, planBackfill, toBackfillItem, toRequest } from './plan.ts';
import { describeLeftOut, describePlan, describeTotals } from './plan-text.ts';
import { describeCompleteness } from './summary-text.ts';
import { UsageError } from './usage-error.ts';
import { type LeftOut, type WantedItem, wantedItems } from './wanted-items.ts';
import { type Surroundings, watch } from './watch.ts';

/**
 * Plans a backfill, and begins it unless only the plan is wanted.
 *
 * @param budgets - requests per minute, by source id
 * @throws {UsageError} if nothing of what is wanted can be asked for
 */
export async function start(
  { wish, again, mode }: Extract<BackfillCommand, { kind: 'start' }>,
  budgets: ReadonlyMap<string, number>,
  surroundings: Surroundings,
): Promise<Ending> {
  const { sql, terminal } = surroundings;
  const { items, leftOut } = wantedItems(wish, Temporal.Now.instant());
  if (items.length === 0) throw new UsageError(describeNothing(leftOut));
  const plan = await makePlan(items, again, sql);
  if (mode === 'plan') {
    terminal.print(...describePlan(plan, leftOut, budgets));
    return 'succeeded';
  }
  terminal.print(...describeLeftOut(leftOut), ...describeTotals(plan, budgets));
  if (plan.every(({ windows }) => windows.length === 0)) {
    terminal.print(...describeCompleteness(await createCompletenessReader(sql).find(items.map(toRequest))));
    return 'succeeded';
  }
  const id = await createCollectionRepository(sql).createBackfill(plan.map(toBackfillItem), again);
  terminal.print(`Backfill ${id} has begun. It goes on by itself, whatever becomes of this command.`);
  if (mode === 'detach') {
    terminal.print(`To watch it: ${commandLine(`backfill follow ${id}`)}`);
    return 'succeeded';
  }
  return watchToEnd(id, surroundings);
}

/** Watches a backfill, and says what to do next if nobody wants to any more. */
export async function watchToEnd(id: string, surroundings: Surroundings): Promise<Ending> {
  const allSucceeded = await watch(id, surroundings);
  if (allSucceeded !== null) return allSucceeded ? 'succeeded' : 'failed';
  surroundings.terminal.print(
    `The backfill goes on. To watch it: ${commandLine(`backfill follow ${id}`)}`,
    `To hold it or to end it: ${commandLine(`backfill pause ${id}`)}, or cancel`,
  );
  return 'left';
}

async function makePlan(items: readonly WantedItem[], again: boolean, sql: Sql): Promise<PlannedItem[]> {
  const volumes = createStoredVolumeReader(sql);
  const datasets = [...new Set(items.map(({ dataset }) => dataset))];
  const requests = items.map(toRequest);
  // Before the ledger: what is answered and processed between the two is in both, and not in neither.
  const openWindows = await createOpenWindowsReader(sql).within(requests);
  const knowledge = {
    ledger: await createCompletenessReader(sql).find(requests),
    openWindows,
    longestWindow: await createSourceStateRepository(sql).findLongestWindows(),
    storedVolumes: await volumes.ofItems(),
    answerVolumes: await volumes.ofAnswers(datasets),
  };
  return planBackfill(items, knowledge, again);
}

function describeNothing(leftOut: readonly LeftOut[]): string {
  return ['nothing of this can be asked for', ...describeLeftOut(leftOut)].join('\n');
}
