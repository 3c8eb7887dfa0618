import { Command, CommanderError } from 'commander';
import { refusedBy, UsageError } from './usage-error.ts';

/** How a person wants to see how the work goes. */
export type StatusCommand =
  | {
      readonly kind: 'show';
      /** Every dataset of every area, instead of those that need a look. */
      readonly all: boolean;
      readonly asJson: boolean;
    }
  | { readonly kind: 'help'; readonly text: string };

const EXPLANATION = `
It looks at DATABASE_URL or, without it, at what pnpm start runs (of the same DATA_DIR).

Needs a person: no round of a scheduler for two minutes; a source that may not be asked, or fails
request after request; windows that nobody has tried, or answers that nobody has processed, for
five minutes; answers that wait for 15 minutes, or cannot be decoded; windows that failed within a
day; data that was not answered for two polls; data that ends early. Of a forecast that is before
the present day, week, month or year, of what has happened 36 times the interval of its polls ago.
What follows from another of these is not told again.

States of an item: current; behind, the source has nothing newer; late, not answered for two polls;
failing, the newest poll failed; awaited, asked for and not late yet; unpublished, there never was a
value; unscheduled, nobody keeps it current.

Exit codes: 0 all is well, 1 something needs a person, or the database cannot be read, 2 the command
line makes no sense.
`;

/**
 * Reads the command line.
 *
 * @throws {UsageError} saying what is wrong with it
 */
export function readStatusCommandLine(args: readonly string[]): StatusCommand {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const program = new Command('status')
    .description('Shows how current the data is, what waits, and what needs a person.')
    .option('--all', 'every dataset of every area, instead of those that need a look')
    .option('--json', 'what GET /v1/status answers')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  program.addHelpText('after', EXPLANATION);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: written };
    throw refusedBy(written);
  }
  const { all, json } = program.opts<{ all?: true; json?: true }>();
  if (all === true && json === true) throw new UsageError('--json shows all');
  return { kind: 'show', all: all === true, asJson: json === true };
}
