import { parseArgs } from 'node:util';
import { z } from 'zod';

export const COMMAND_LINE_HELP = `A server that behaves as the web API of the ENTSO-E Transparency Platform does.

  --port NUMBER                  port to listen on; default 0, a free one
  --host ADDRESS                 address to listen on; default 127.0.0.1
  --seed NUMBER                  equal seeds give equal values; default 1
  --no-flaws                     no missing hours, no points without value
  --provisional-hours NUMBER     for so long after publication, some values are first estimates; default 0
  --recorded FOLDER              answer from a folder of recorded documents instead
  --token TOKEN                  accept only this token (may be repeated); default: any
  --requests-per-minute NUMBER   what a token may send before it is banned; default 400
  --ban-ms NUMBER                how long a ban lasts; default 600000
  --help                         this text
`;

const CommandLine = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  host: z.string().default('127.0.0.1'),
  seed: z.coerce.number().int().default(1),
  'no-flaws': z.boolean().default(false),
  'provisional-hours': z.coerce.number().int().nonnegative().default(0),
  recorded: z.string().optional(),
  token: z.array(z.string().min(1)).optional(),
  'requests-per-minute': z.coerce.number().int().positive().default(400),
  'ban-ms': z.coerce.number().int().positive().default(600_000),
  help: z.boolean().default(false),
});
export type CommandLine = z.infer<typeof CommandLine>;

/**
 * Reads the command line.
 *
 * @throws {Error} naming what is wrong, in words for a person at a terminal
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      seed: { type: 'string' },
      'no-flaws': { type: 'boolean' },
      'provisional-hours': { type: 'string' },
      recorded: { type: 'string' },
      token: { type: 'string', multiple: true },
      'requests-per-minute': { type: 'string' },
      'ban-ms': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const result = CommandLine.safeParse(values);
  if (!result.success) throw new Error(z.prettifyError(result.error));
  return result.data;
}
