import { existsSync } from 'node:fs';
import { z } from 'zod';
import { withSecretsFromFiles } from './secret-files.ts';

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
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
});
export type BaseConfig = z.infer<typeof BaseConfig>;

/** A server of ours, in the form `postgres://user:password@host:port/database`. */
export const DatabaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

/** Where the queues live: on Redis, or on PostgreSQL. */
export const QueueUrl = z.url({
  protocol: /^(rediss?|postgres(ql)?)$/,
  error: 'must be a redis://, rediss:// or postgres:// URL',
});

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
  const results = schemas.map((schema) => schema.safeParse(complete));
  for (const { path, message } of results.flatMap(({ error }) => error?.issues ?? [])) {
    refuse(path.join('.') || 'settings', message);
  }
  if (problems.size > 0) throw new ConfigError([...problems]);
  return results.map(({ data }) => data) as unknown as T;
}

/** This process's environment, with what a file `.env` in the working folder adds to it. */
export function environment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Given to a service, ends it as soon as it has read its settings: with 0, or with 1 and what is wrong with them. */
const CHECK_SETTINGS = '--check-settings';

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
