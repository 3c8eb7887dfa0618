import { type Dataset, nearest } from '@energy-data-service/domain';
import { commandLine } from '@energy-data-service/runtime';
import { Command, CommanderError } from 'commander';
import { ALL, chooseAreas, chooseDatasets } from './chosen-names.ts';
import { refusedBy, UsageError } from './usage-error.ts';
import type { Wish } from './wanted-items.ts';

/** What a person wants of a backfill. */
export type BackfillCommand =
  | { readonly kind: 'start'; readonly wish: Wish; readonly again: boolean; readonly mode: StartMode }
  | { readonly kind: ControlKind /** The beginning of its id; '' if none was given. */; readonly id: string }
  | { readonly kind: 'help'; readonly text: string };

/** Whether to show what would be done, to begin and watch, or to begin and leave. */
export type StartMode = 'plan' | 'follow' | 'detach';

const CONTROLS = {
  status: 'how a backfill has gone so far; of all of them if several are unfinished',
  follow: 'watch a backfill until it ends',
  pause: 'ask for nothing more of it until it is resumed',
  resume: 'go on with a paused backfill',
  cancel: 'end a backfill; what is stored stays',
  retry: 'ask for its failed windows again',
} as const;
export type ControlKind = keyof typeof CONTROLS;

function explain(): string {
  return `
Examples:
  ${commandLine('backfill --dataset actual-total-load --area CZ,DE_LU --from 2015-01-01 --plan')}
  ${commandLine('backfill --dataset all --area all --from 2015-01-01 --detach')}
  ${commandLine('backfill start --help')}

It works on DATABASE_URL or, without it, on what pnpm start runs (of the same DATA_DIR). A scheduler,
collectors and processors do the work, which pnpm start has all.

Exit codes: 0 all is well, 1 windows have failed (where it was watched to its end), 2 the command
line makes no sense, 130 interrupted (the backfill goes on).
`;
}

/** Without one of these there is nothing to ask for. */
const NEEDED = ['dataset', 'area', 'from'] as const;

interface StartOptions extends Partial<Record<(typeof NEEDED)[number], string>> {
  readonly to?: string;
  readonly again?: true;
  readonly plan?: true;
  readonly detach?: true;
}

/**
 * Reads the command line.
 *
 * @throws {UsageError} saying what is wrong with it
 */
export function readCommandLine(args: readonly string[], datasets: readonly Dataset[]): BackfillCommand {
  let command: BackfillCommand | undefined;
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const program = new Command('backfill')
    .description(
      'Collects years of history, after what is current; what was answered before is not asked for again.',
    )
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  program.addHelpText('after', explain());
  const ids = datasets.filter(({ border }) => !border).map(({ id }) => id);
  program
    .command('start', { isDefault: true })
    .description('plan a backfill, begin it, and watch it (if no other command is named)')
    .option('--dataset <ids>', `comma-separated, or ${ALL}: ${ids.join(', ')}`)
    .option('--area <codes>', `codes or EICs, comma-separated, or ${ALL}`)
    .option('--from <date>', "a date (midnight in each area's market time), or RFC 3339; inclusive")
    .option('--to <date>', 'the same, exclusive (default: the beginning of this hour)')
    .option('--again', 'ask also for what was answered before')
    .option('--plan', 'only show what would be asked for')
    .option('--detach', 'begin, print the id, and leave')
    // As the default it gets whatever is no command. Commander would only count it, and would name an option that is missing
    // before one that is unknown: both are looked at below.
    .allowExcessArguments()
    .action((options: StartOptions, { args: excess }: Command) => {
      refuseExcess(excess, [...Object.keys(CONTROLS), 'start']);
      command = toStart(options, datasets);
    });
  for (const kind of Object.keys(CONTROLS) as ControlKind[]) {
    program
      .command(kind)
      .argument('[id]', 'the beginning of its id (default: the only one that this can be done to)')
      .description(CONTROLS[kind])
      .action((id: string | undefined) => {
        command = { kind, id: id ?? '' };
      });
  }
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: written };
    throw refusedBy(written);
  }
  if (command === undefined) throw new Error('the command line named no command');
  return command;
}

function refuseExcess([first]: readonly string[], commands: readonly string[]): void {
  if (first === undefined) return;
  // What stands behind it may be a secret that was meant as a setting.
  const [name = ''] = first.split(/[=:]/);
  const near = nearest(name, commands);
  const hint =
    near.length === 0 ? `; there are ${commands.join(', ')}` : ` (Did you mean ${near.join(' or ')}?)`;
  throw new UsageError(`unknown command '${name}'${hint}`);
}

function toStart(options: StartOptions, datasets: readonly Dataset[]): BackfillCommand {
  if (options.plan === true && options.detach === true) {
    throw new UsageError('--plan begins nothing that --detach could leave');
  }
  const { dataset, area, from } = options;
  if (dataset === undefined || area === undefined || from === undefined) {
    const missing = NEEDED.filter((name) => options[name] === undefined).map((name) => `--${name}`);
    throw new UsageError(
      `missing: ${missing.join(', ')}; ${commandLine('backfill --help')} explains them, and has examples`,
    );
  }
  return {
    kind: 'start',
    wish: {
      datasets: chooseDatasets(dataset, datasets),
      areas: chooseAreas(area),
      from,
      to: options.to ?? null,
    },
    again: options.again === true,
    mode: options.plan === true ? 'plan' : options.detach === true ? 'detach' : 'follow',
  };
}
