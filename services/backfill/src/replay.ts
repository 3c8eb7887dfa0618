import {
  createRawPayloadRepository,
  createStoredAnswerStateReader,
  isDatabaseAway,
  type Sql,
  type StoredAnswerState,
} from '@energy-data-service/db';
import { ALL } from './chosen-names.ts';
import type { Ending } from './ending.ts';
import { formatArea, formatCount, formatInstant, formatMany, formatRange } from './figures.ts';
import { reasonOf } from './progress-text.ts';
import type { ReplayCommand } from './replay-command-line.ts';
import type { Terminal } from './terminal.ts';
import { type Column, textTable } from './text-table.ts';
import { UsageError } from './usage-error.ts';

interface Surroundings {
  readonly sql: Sql;
  readonly terminal: Terminal;
  /** Waits between two looks; false when nobody wants to watch any more. */
  readonly wait: () => Promise<boolean>;
}

const REPLACED =
  'Replaced: a later answer with data to the same request was processed, which most likely holds their values.';

/** Listed at most, of all and of each reason. */
const NAMED = 20;

const COLUMNS: readonly Column<StoredAnswerState>[] = [
  { title: 'id', align: 'right', cell: ({ id }) => String(id) },
  { title: 'dataset', cell: ({ request }) => request.dataset },
  { title: 'area', cell: ({ request }) => formatArea(request.area) },
  { title: 'window', cell: ({ request }) => formatRange(request.window) },
  { title: 'received', cell: ({ receivedAt }) => formatInstant(receivedAt) },
  { title: 'replaced', cell: ({ isReplaced }) => (isReplaced ? 'yes' : '') },
  { title: 'failed because', cell: ({ error }) => error ?? '' },
];

/**
 * Hands answers that could not be decoded to the processors once more, and watches what becomes of them. It fails if one
 * does that no later one has replaced: nothing can be done about a damaged answer that a sound one has replaced, and it keeps its
 * place for a decoder that reads it.
 *
 * @throws {UsageError} if an answer that is named has not failed
 */
export async function replay(
  command: Extract<ReplayCommand, { kind: 'failed' | 'ids' }>,
  surroundings: Surroundings,
): Promise<Ending> {
  const { sql, terminal } = surroundings;
  const answers = await choose(command, sql);
  if (answers.length === 0) {
    terminal.print('No stored answer has failed.');
    return 'succeeded';
  }
  terminal.print(
    ...textTable(COLUMNS, answers.slice(0, NAMED)),
    ...(answers.length > NAMED ? [`and ${formatCount(answers.length - NAMED)} more`] : []),
  );
  if (command.isPlan) {
    terminal.print(`${formatMany(answers.length, 'answer')} would be processed once more.`);
    return 'succeeded';
  }
  const ids = answers.map(({ id }) => id);
  const replayed = await createRawPayloadRepository(sql).replay(ids);
  terminal.print(
    `${formatMany(replayed, 'answer')} will be processed once more, whatever becomes of this command.`,
  );
  return watchAnswers(ids, surroundings);
}

async function choose(
  command: Extract<ReplayCommand, { kind: 'failed' | 'ids' }>,
  sql: Sql,
): Promise<StoredAnswerState[]> {
  const reader = createStoredAnswerStateReader(sql);
  if (command.kind === 'failed') {
    return reader.findFailed({
      datasets: command.datasets?.map(({ id }) => id),
      areas: command.areas === ALL ? undefined : command.areas.map(({ eic }) => eic),
    });
  }
  const answers = await reader.find(command.ids);
  const unknown = command.ids.filter((id) => answers.every((answer) => answer.id !== id));
  const others = answers.filter(({ state }) => state !== 'failed');
  if (unknown.length > 0 || others.length > 0) {
    throw new UsageError(
      [
        ...unknown.map((id) => `there is no raw payload ${id}`),
        ...others.map(({ id, state }) =>
          state === 'waiting'
            ? `raw payload ${id} waits to be processed already`
            : `raw payload ${id} was processed; --processed reads all answers of a dataset and area again`,
        ),
      ].join('\n'),
    );
  }
  return answers;
}

async function watchAnswers(ids: readonly number[], { sql, terminal, wait }: Surroundings): Promise<Ending> {
  const reader = createStoredAnswerStateReader(sql);
  for (;;) {
    const answers = await reader.find(ids).catch((error: unknown) => {
      if (isDatabaseAway(error)) return null;
      throw error;
    });
    const waiting = answers?.filter(({ state }) => state === 'waiting').length;
    if (answers !== null && waiting === 0) {
      terminal.print(...describeEnd(answers));
      return answers.some((answer) => answer.state === 'failed' && !answer.isReplaced)
        ? 'failed'
        : 'succeeded';
    }
    if (terminal.isInteractive) {
      terminal.show(
        waiting === undefined
          ? 'the database is away'
          : `${formatMany(waiting, 'answer')} wait to be processed`,
      );
    }
    if (!(await wait())) {
      terminal.print('They are processed all the same.');
      return 'left';
    }
  }
}

function describeEnd(answers: readonly StoredAnswerState[]): string[] {
  const failed = answers.filter(({ state }) => state === 'failed');
  const byReason = Map.groupBy(failed, ({ error }) => reasonOf(error ?? ''));
  return [
    `${formatCount(answers.length - failed.length)} of ${formatMany(answers.length, 'answer')} processed.`,
    ...[...byReason].flatMap(([reason, ofReason]) => [
      `${formatMany(ofReason.length, 'answer')} failed again: ${reason}`,
      ...textTable(COLUMNS, ofReason.slice(0, NAMED)).map((line) => `  ${line}`),
    ]),
    ...(failed.some(({ isReplaced }) => isReplaced) ? [REPLACED] : []),
  ];
}
