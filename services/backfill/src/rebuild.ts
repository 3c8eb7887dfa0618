import {
  type AnsweredItem,
  createRebuildRepository,
  type Rebuilding,
  type Sql,
} from '@energy-data-service/db';
import { describeError, PermanentError, type Source } from '@energy-data-service/domain';
import { getSource } from '@energy-data-service/sources';
import { ALL } from './chosen-names.ts';
import type { Ending } from './ending.ts';
import { formatArea, formatCount, formatMany } from './figures.ts';
import type { ReplayCommand } from './replay-command-line.ts';
import type { Terminal } from './terminal.ts';

interface Surroundings {
  readonly sql: Sql;
  readonly sources: readonly Source[];
  readonly terminal: Terminal;
  /** Ends the command, with the item at work as it was. */
  readonly signal: AbortSignal;
}

/**
 * Makes what is stored of datasets and areas anew from their answers, item by item, and says what that changed. An
 * item with an answer that cannot be decoded any more stays as it is.
 */
export async function rebuild(
  { datasets, areas, isPlan }: Extract<ReplayCommand, { kind: 'processed' }>,
  { sql, sources, terminal, signal }: Surroundings,
): Promise<Ending> {
  const repository = createRebuildRepository(sql);
  const items = await repository.findItems(
    datasets.map(({ id }) => id),
    areas === ALL ? undefined : areas.map(({ eic }) => eic),
  );
  if (items.length === 0) {
    terminal.print('No answer of these has been processed.');
    return 'succeeded';
  }
  let isAnyLeft = false;
  for (const item of items) {
    const name = nameOf(item);
    try {
      signal.throwIfAborted();
      const rebuilding = await repository.rebuild(item, getSource(sources, item.source).parse, {
        isTrial: isPlan,
        signal,
        onAnswer: (read) => {
          if (!terminal.isInteractive) return;
          terminal.show(`${name}: ${formatCount(read)} of ${formatMany(item.answers, 'answer')}`);
        },
      });
      terminal.print(describe(name, rebuilding));
    } catch (error) {
      if (signal.aborted && error === signal.reason) {
        terminal.print(`${name}: as it was. Nothing after it was begun.`);
        return 'left';
      }
      if (!(error instanceof PermanentError)) throw error;
      isAnyLeft = true;
      terminal.print(`${name}: as it was. ${describeError(error)}`);
    }
  }
  if (isPlan) terminal.print('Nothing was changed.');
  return isAnyLeft ? 'failed' : 'succeeded';
}

function nameOf({ dataset, area, counterArea }: AnsweredItem): string {
  return [dataset, formatArea(area), ...(counterArea === null ? [] : [formatArea(counterArea)])].join(' ');
}

function describe(name: string, { answers, revisionsBefore, revisionsAfter, ...values }: Rebuilding): string {
  const { added, removed, changed, unchanged } = values;
  const history =
    revisionsBefore === revisionsAfter
      ? `${formatCount(revisionsAfter)}`
      : `${formatCount(revisionsBefore)} → ${formatCount(revisionsAfter)}`;
  return (
    `${name}: ${formatMany(answers, 'answer')}; values: ${formatCount(changed)} changed, ` +
    `${formatCount(added)} added, ${formatCount(removed)} removed, ${formatCount(unchanged)} as before; ` +
    `in the history: ${history}`
  );
}
