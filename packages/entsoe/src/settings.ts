import { readFileSync } from 'node:fs';
import { z } from 'zod';

export interface EntsoeSettings {
  readonly securityToken: string;
  readonly baseUrl: string;
  /** Of all collectors together. */
  readonly requestsPerMinute: number;
}

/** A variable that is set to nothing counts as not set, as compose files do with what they pass on. */
const text = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

/**
 * The platform bans a token for ten minutes once it passes 400 requests a minute, wherever the minute begins. The
 * collectors spend their budget in spans of about a second, so that the worst minute sees up to two and a half spans more.
 */
const MOST_REQUESTS_PER_MINUTE = 390;

const ENTSOE_REQUESTS_PER_MINUTE = text.pipe(
  z.coerce
    .number<string | undefined>()
    .int()
    .min(1)
    .max(MOST_REQUESTS_PER_MINUTE, {
      error: `must be at most ${MOST_REQUESTS_PER_MINUTE}: with more, the worst minute could reach the 400 requests at which the platform bans a token`,
    })
    .default(380),
);

/** Requests per minute of all collectors together, from the environment. */
export const EntsoeBudget = z
  .object({ ENTSOE_REQUESTS_PER_MINUTE })
  .transform((env) => env.ENTSOE_REQUESTS_PER_MINUTE);

/**
 * The source's settings, from the environment. A message names the variable and never its value.
 */
export const EntsoeSettings = z
  .object({
    ENTSOE_SECURITY_TOKEN: text,
    ENTSOE_SECURITY_TOKEN_FILE: text,
    ENTSOE_BASE_URL: text.pipe(
      z
        .url({ protocol: /^https?$/, error: 'must be an http or https address' })
        .default('https://web-api.tp.entsoe.eu/api'),
    ),
    ENTSOE_REQUESTS_PER_MINUTE,
  })
  .transform((env, context): EntsoeSettings => {
    const securityToken = readSecurityToken(env, (variable, message) =>
      context.addIssue({ code: 'custom', path: [variable], message }),
    );
    if (securityToken === undefined) return z.NEVER;
    return {
      securityToken,
      baseUrl: env.ENTSOE_BASE_URL,
      requestsPerMinute: env.ENTSOE_REQUESTS_PER_MINUTE,
    };
  });

interface TokenVariables {
  readonly ENTSOE_SECURITY_TOKEN?: string | undefined;
  readonly ENTSOE_SECURITY_TOKEN_FILE?: string | undefined;
}

function readSecurityToken(
  { ENTSOE_SECURITY_TOKEN: token, ENTSOE_SECURITY_TOKEN_FILE: file }: TokenVariables,
  refuse: (variable: keyof TokenVariables, message: string) => void,
): string | undefined {
  if (token !== undefined && file !== undefined) {
    refuse('ENTSOE_SECURITY_TOKEN', 'set this or ENTSOE_SECURITY_TOKEN_FILE, not both');
    return undefined;
  }
  if (token === undefined && file === undefined) {
    refuse('ENTSOE_SECURITY_TOKEN', 'missing: set this, or ENTSOE_SECURITY_TOKEN_FILE');
    return undefined;
  }
  if (file === undefined) return checkedToken('ENTSOE_SECURITY_TOKEN', token ?? '');
  const content = readIfPossible(file)?.trim();
  if (content === undefined) {
    refuse('ENTSOE_SECURITY_TOKEN_FILE', 'names a file that cannot be read');
    return undefined;
  }
  if (content === '') {
    refuse(
      'ENTSOE_SECURITY_TOKEN_FILE',
      'names an empty file: put your token into it (for Docker Compose, entsoe-security-token in SECRETS_DIR), ' +
        'or use the simulator (--env-file infra/simulator.env)',
    );
    return undefined;
  }
  return checkedToken('ENTSOE_SECURITY_TOKEN_FILE', content);

  function checkedToken(variable: keyof TokenVariables, value: string): string | undefined {
    if (/^[\x21-\x7e]{1,512}$/.test(value)) return value;
    refuse(variable, 'must hold a token of printable characters, without spaces');
    return undefined;
  }
}

/** The reason of a failure is not passed on: it holds the path, which is the variable's value. */
function readIfPossible(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
