import type { z } from 'zod';
import { secretFileVariables } from './secret-files.ts';

/** Given to a service, ends it as soon as it has read its settings: with 0, or with 1 and what is wrong with them. */
export const CHECK_SETTINGS = '--check-settings';

const HELP = ['--help', '-h'];

/** What shells take for a command line that makes no sense. */
const USAGE_ERROR = 2;

/** What a person learns of a service who asks for help. */
export interface ServiceDescription {
  /** How it is started. */
  readonly command: string;
  /** What it does, in whole sentences. */
  readonly does: string;
  /** Whether it can end once its settings are read; by default it can. */
  readonly checksSettings?: boolean;
}

/** What a process is to do about its command line: go on, or write something and end. */
export type ArgumentsAnswer =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'help' | 'refusal'; readonly text: string };

/** Does what the command line of this process asks for; ends the process unless that is to go on. */
export function obeyArguments(service: ServiceDescription, schemas: readonly z.ZodType[]): void {
  const answer = answerArguments(process.argv.slice(2), service, schemas);
  if (answer.kind === 'go-on') return;
  if (answer.kind === 'refusal') {
    process.stderr.write(`${answer.text}\n`);
    process.exit(USAGE_ERROR);
  }
  process.stdout.write(`${answer.text}\n`);
  process.exit(0);
}

/**
 * What to do about a command line. Services take next to nothing there: a misspelt argument must not start one.
 *
 * @param schemas - of its settings
 */
export function answerArguments(
  args: readonly string[],
  service: ServiceDescription,
  schemas: readonly z.ZodType[],
): ArgumentsAnswer {
  if (args.some((arg) => HELP.includes(arg))) return { kind: 'help', text: describe(service, schemas) };
  const options = service.checksSettings === false ? [] : [CHECK_SETTINGS];
  // A package manager may hand on what separates its own.
  const unknown = args.find((arg) => arg !== '--' && !options.includes(arg));
  if (unknown === undefined) return { kind: 'go-on' };
  return {
    kind: 'refusal',
    text:
      `${service.command}: unknown argument ${withoutValue(unknown)}; nothing was started. It takes ${[...options, '--help'].join(' and ')}; ` +
      'settings are environment variables.',
  };
}

/** What stands before a value, which may be a secret that was meant as a setting. */
function withoutValue(argument: string): string {
  const [name = ''] = argument.split(/[=:]/);
  return name === argument ? name : `${name}=…`;
}

function describe({ command, does, checksSettings }: ServiceDescription, schemas: readonly z.ZodType[]) {
  const options = [
    ...(checksSettings === false
      ? []
      : [`  ${CHECK_SETTINGS}   only read the settings: ends with 0, or with 1 and what is wrong with them`]),
    '  --help             this text',
  ];
  const required = new Set(missingSettings(schemas));
  const settings = settingsRead(schemas).map((name) => `  ${name}${required.has(name) ? ' (required)' : ''}`);
  return [
    `Usage: ${command} [option]`,
    '',
    does,
    '',
    ...options,
    '',
    'Its settings are environment variables; a file .env in the working folder may hold them. .env.example explains each.',
    '',
    ...settings,
  ].join('\n');
}

/** The variables that schemas look at, and those that may stand in for them, in the order in which they do. */
function settingsRead(schemas: readonly z.ZodType[]): string[] {
  const names = new Set<string>();
  const recorder = new Proxy(
    {},
    {
      get(_, name) {
        if (typeof name === 'string') names.add(name);
        return undefined;
      },
    },
  );
  for (const schema of schemas) schema.safeParse(recorder);
  return [...new Set([...names].flatMap((name) => [name, ...secretFileVariables(name)]))];
}

function missingSettings(schemas: readonly z.ZodType[]): string[] {
  return schemas
    .flatMap((schema) => schema.safeParse({}).error?.issues ?? [])
    .filter(({ code }) => code === 'invalid_type')
    .map(({ path }) => String(path[0]));
}
