import type { Dataset } from '@energy-data-service/domain';
import { Command, CommanderError } from 'commander';
import { ALL, type AreaChoice, chooseAreas, chooseDatasets } from './chosen-names.ts';
import { UsageError } from './usage-error.ts';

/** Which stored answers a person wants processed once more. */
export type ReplayCommand =
  | {
      readonly kind: 'failed';
      /** null means all */
      readonly datasets: readonly Dataset[] | null;
      readonly areas: AreaChoice;
      readonly isPlan: boolean;
    }
  | { readonly kind: 'ids'; readonly ids: readonly number[]; readonly isPlan: boolean }
  | { readonly kind: 'help'; readonly text: string };

interface ReplayOptions {
  readonly failed?: true;
  readonly id?: string;
  readonly dataset?: string;
  readonly area?: string;
  readonly plan?: true;
}

/**
 * Reads the command line.
 *
 * @throws {UsageError} saying what is wrong with it
 */
export function readReplayCommandLine(args: readonly string[], datasets: readonly Dataset[]): ReplayCommand {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const program = new Command('replay')
    .description(
      'Processes stored answers that could not be decoded once more, as after a fix of the decoder. Asks nobody anything.',
    )
    .option('--failed', 'all of them')
    .option('--dataset <ids>', `of those, only these datasets; comma-separated, or ${ALL}`)
    .option('--area <codes>', `of those, only these areas; comma-separated, or ${ALL}`)
    .option('--id <ids>', 'only these, as ids of raw payloads; comma-separated')
    .option('--plan', 'only show what would be processed')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: written };
    throw new UsageError(written.trim());
  }
  return toCommand(program.opts<ReplayOptions>(), datasets);
}

function toCommand(
  { failed, id, dataset, area, plan }: ReplayOptions,
  datasets: readonly Dataset[],
): ReplayCommand {
  const isPlan = plan === true;
  if ((failed === true) === (id !== undefined)) {
    throw new UsageError('exactly one of --failed and --id is needed');
  }
  if (id === undefined) {
    return {
      kind: 'failed',
      datasets: dataset === undefined ? null : chooseDatasets(dataset, datasets),
      areas: area === undefined ? ALL : chooseAreas(area),
      isPlan,
    };
  }
  if (dataset !== undefined || area !== undefined) {
    throw new UsageError('--dataset and --area narrow --failed, not --id');
  }
  return { kind: 'ids', ids: readIds(id), isPlan };
}

function readIds(text: string): number[] {
  const ids = text.split(',').map((item) => item.trim());
  const malformed = ids.filter((id) => !/^[1-9]\d{0,14}$/.test(id));
  if (malformed.length > 0) throw new UsageError(`--id: "${malformed[0]}" is no id`);
  return [...new Set(ids.map(Number))];
}
