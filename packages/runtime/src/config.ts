import { readFileSync } from 'node:fs';
import { z } from 'zod';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Settings that every process has; a service extends this with its own. */
export const BaseConfig = z.object({
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  /** How long a shutdown may take before the process ends itself. */
  SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().positive().default(25_000),
});
export type BaseConfig = z.infer<typeof BaseConfig>;

/** A server of ours, in the form `postgres://user:password@host:port/database`. */
export const DatabaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

/** Where the queues live: on Redis, or on PostgreSQL. */
export const QueueUrl = z.url({
  protocol: /^(rediss?|postgres(ql)?)$/,
  error: 'must be a redis://, rediss:// or postgres:// URL',
});

/** A TCP port; 0 takes a free one. */
export const Port = z.coerce.number().int().min(0).max(65_535);

/** A comma-separated list without its blanks. */
export const CommaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/**
 * Reads and checks the environment, once, at start-up.
 *
 * An empty variable counts as absent, so that `.env.example` can be copied as it is.
 *
 * @throws {Error} one message that names every missing or malformed variable, and never its value
 */
export function loadConfig<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv = process.env): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    const lines = result.error.issues.map(
      (issue) => `  ${issue.path.join('.') || 'settings'}: ${issue.message}`,
    );
    throw new Error(
      `Invalid configuration:\n${lines.join('\n')}\nEvery setting is explained in .env.example.`,
    );
  }
  return result.data;
}

/** The trimmed content of a file that a `…_FILE` setting names. */
export function readSecretFile(path: string): string {
  return readFileSync(path, 'utf8').trim();
}
