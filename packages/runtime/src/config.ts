import { existsSync } from 'node:fs';
import { z } from 'zod';
import { withSecretsFromFiles } from './secret-files.ts';
import { CHECK_SETTINGS, obeyArguments, type ServiceDescription } from './service-arguments.ts';
import { describeIssue, describeServerUrl, isDecodable, type ServerUrlForm } from './setting-words.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** A TCP port; 0 takes a free one. */
export const Port = z.coerce.number().int().min(0).max(65_535);

/** Settings that every process has; a service extends this with its own. */
export const BaseConfig = z.object({
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  /** How long a shutdown may take before the process ends itself. */
  SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().positive().default(25_000),
  /** Where the process tells how it is: /livez, /readyz, /metrics. Without a port it tells nobody. */
  MONITORING_PORT: Port.optional(),
  MONITORING_HOST: z.string().default('127.0.0.1'),
  /** An OpenTelemetry collector that gets traces; without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .optional(),
});
export type BaseConfig = z.infer<typeof BaseConfig>;

/** A server of ours, in the form `postgres://user:password@host:port/database`. */
export const DatabaseUrl = serverUrl({
  protocols: /^postgres(ql)?$/,
  names: 'postgres://',
  example: 'postgres://user:password@host:5432/database',
  passwordFile: 'DATABASE_PASSWORD_FILE',
});

/** Where the queues live: on Redis, or on PostgreSQL. */
export const QueueUrl = serverUrl({
  protocols: /^(rediss?|postgres(ql)?)$/,
  names: 'redis://, rediss:// or postgres://',
  example: 'redis://host:6379',
  passwordFile: 'QUEUE_PASSWORD_FILE',
});

function serverUrl(form: ServerUrlForm) {
  return z
    .url({ protocol: form.protocols, error: ({ input }) => describeServerUrl(input, form) })
    .refine(isDecodable, 'has a % in its user or password that begins no code: write it as %25');
}

/** A comma-separated list without its blanks. */
export const CommaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** The environment lacks settings, or has malformed ones. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Invalid configuration:\n${problems.join('\n')}\nEvery setting is explained in .env.example.`);
    this.name = new.target.name;
  }
}

/** A schema for each part of what a process wants to know. */
type Schemas<T extends readonly unknown[]> = { readonly [K in keyof T]: z.ZodType<T[K]> };

/**
 * Reads and checks the environment, once, at start-up.
 *
 * An empty variable counts as absent, so that `.env.example` can be copied as it is. Secrets may come from files,
 * see `withSecretsFromFiles`.
 *
 * @throws {ConfigError} one message that names every missing or malformed variable, and never its value
 */
export function parseConfig<T extends readonly unknown[]>(env: NodeJS.ProcessEnv, ...schemas: Schemas<T>): T {
  const problems = new Set<string>();
  const refuse = (variable: string, message: string) => problems.add(`  ${variable}: ${message}`);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const complete = withSecretsFromFiles(given, refuse);
  const results = inPlainWords(() =>
    schemas.map((schema) => {
      const { data, error } = schema.safeParse(complete);
      return { data, issues: error?.issues ?? [] };
    }),
  );
  for (const { path, message } of results.flatMap(({ issues }) => issues)) {
    refuse(path.join('.') || 'settings', message);
  }
  if (problems.size > 0) throw new ConfigError([...problems]);
  return results.map(({ data }) => data) as unknown as T;
}

/** Words given to one parse do not reach those that it makes of others within (the budgets of the sources): so all get them, meanwhile. */
function inPlainWords<T>(parse: () => T): T {
  const { customError: usual } = z.config();
  z.config({ customError: describeIssue });
  try {
    return parse();
  } finally {
    z.config({ customError: usual });
  }
}

/** This process's environment, with what a file `.env` in the working folder adds to it. */
export function environment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** `parseConfig` of this process's environment; a bad one ends the process with its message. */
export function loadConfig<T extends readonly unknown[]>(...schemas: Schemas<T>): T {
  try {
    const config = parseConfig<T>(environment(), ...schemas);
    if (process.argv.includes(CHECK_SETTINGS)) process.exit(0);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** `loadConfig` of a service, which first does what its command line asks for; one that makes no sense ends the process. */
export function loadServiceConfig<T extends readonly unknown[]>(
  service: ServiceDescription,
  ...schemas: Schemas<T>
): T {
  obeyArguments(service, schemas);
  return loadConfig<T>(...schemas);
}
