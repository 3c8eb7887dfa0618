import type { Dataset } from '@energy-data-service/domain';
import { Command, CommanderError } from 'commander';
import { ALL, type AreaChoice, chooseAreas, chooseDatasets } from './chosen-names.ts';
import { refusedBy, UsageError } from './usage-error.ts';

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
  | {
      readonly kind: 'processed';
      readonly datasets: readonly Dataset[];
      readonly areas: AreaChoice;
      readonly isPlan: boolean;
    }
  | { readonly kind: 'help'; readonly text: string };

/** Of a raw payload. */
const ID = /^[1-9]\d{0,14}$/;

interface ReplayOptions {
  readonly failed?: true;
  readonly processed?: true;
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
      'Decodes stored answers once more, as after a fix of the decoder. Asks nobody anything.\n' +
        'Exactly one of --failed, --id and --processed is needed.',
    )
    .option('--failed', 'all answers that could not be decoded')
    .option('--id <ids>', 'those of them with these ids of raw payloads; comma-separated')
    .option(
      '--processed',
      'all answers that were decoded: makes values, history and ledger of each dataset and area anew, in one ' +
        'transaction, and says what that changed; with --dataset and --area',
    )
    .option('--dataset <ids>', `only these datasets; comma-separated, or ${ALL}`)
    .option('--area <codes>', `only these areas; comma-separated, or ${ALL}`)
    .option(
      '--plan',
      'only show what would be done; of --processed, what would be other (done and taken back, at the same cost)',
    )
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: written };
    throw refusedBy(written);
  }
  const [excess] = program.args;
  if (excess !== undefined) {
    // What stands behind a name may be a secret that was meant as a setting.
    const [name = ''] = excess.split(/[=:]/);
    throw new UsageError(
      `"${name}" belongs to no option; one answer alone: --id ${ID.test(name) ? name : '<id>'}`,
    );
  }
  return toCommand(program.opts<ReplayOptions>(), datasets);
}

function toCommand(
  { failed, id, processed, dataset, area, plan }: ReplayOptions,
  datasets: readonly Dataset[],
): ReplayCommand {
  const isPlan = plan === true;
  if ([failed, id, processed].filter((choice) => choice !== undefined).length !== 1) {
    throw new UsageError('exactly one of --failed, --id and --processed is needed');
  }
  if (id !== undefined) {
    if (dataset !== undefined || area !== undefined) {
      throw new UsageError('--dataset and --area narrow --failed and --processed, not --id');
    }
    return { kind: 'ids', ids: readIds(id), isPlan };
  }
  if (processed !== undefined) {
    if (dataset === undefined || area === undefined) {
      throw new UsageError(`--processed needs --dataset and --area; ${ALL} means every one`);
    }
    return {
      kind: 'processed',
      datasets: chooseDatasets(dataset, datasets),
      areas: chooseAreas(area),
      isPlan,
    };
  }
  return {
    kind: 'failed',
    datasets: dataset === undefined ? null : chooseDatasets(dataset, datasets),
    areas: area === undefined ? ALL : chooseAreas(area),
    isPlan,
  };
}

function readIds(text: string): number[] {
  const ids = text.split(',').map((item) => item.trim());
  const malformed = ids.filter((id) => !ID.test(id));
  if (malformed.length > 0) throw new UsageError(`--id: "${malformed[0]}" is no id`);
  return [...new Set(ids.map(Number))];
}
