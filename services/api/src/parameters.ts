import { nearest } from '@energy-data-service/domain';
import { z } from '@hono/zod-openapi';
import { EXAMPLE_DAY } from './example-day.ts';

/** An object that refuses unknown names and says which there are. */
export function strictParameters<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? unknownNames(issue.keys ?? [], names) : undefined,
  });
}

function unknownNames(unknown: readonly string[], names: readonly string[]): string {
  const hints = unknown.flatMap((name) => {
    const [meant] = nearest(name, names);
    return meant === undefined ? [] : [`; did you mean ${meant} instead of ${name}?`];
  });
  return `not supported${hints.join('')} (supported: ${names.join(', ') || 'none'})`;
}

/** Text that may not be left out. */
export function requiredText() {
  return z.string({ error: ({ input }) => (input === undefined ? 'required' : undefined) });
}

/**
 * A query parameter with several values: repeated, separated by commas, or both.
 *
 * @param example - what the page that tries routes fills in; none where most requests leave the parameter out
 */
export function listParameter(description: string, example?: string) {
  return (
    z
      .union([z.string(), z.array(z.string())])
      .transform((given) =>
        [given]
          .flat()
          .flatMap((text) => text.split(','))
          .map((text) => text.trim())
          .filter((text) => text !== ''),
      )
      .refine((values) => values.length > 0, 'must name at least one')
      // PostgreSQL has no text with a zero character, and no code has any of the others.
      .refine((values) => values.every((value) => !/\p{Cc}/u.test(value)), 'must not hold control characters')
      .optional()
      .openapi({
        type: 'array',
        items: { type: 'string' },
        description: `${description}. Repeatable, or separated by commas.`,
        ...(example === undefined ? {} : { example: [example] }),
      })
  );
}

export const SeriesIds = listParameter('Ids of series, as in /v1/series')
  .refine((ids) => ids === undefined || ids.every(isSeriesId), 'must be positive integers')
  .transform((ids) => ids?.map(Number));

/** Bounded by the type of the table's key. */
function isSeriesId(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) > 0 && Number(text) <= 2_147_483_647;
}

export const Timezone = z
  .string()
  .default('UTC')
  .transform((name, context) => {
    const timezone = readTimezone(name);
    if (timezone === undefined) {
      context.addIssue({
        code: 'custom',
        message: `"${name}" is not an IANA time zone such as Europe/Brussels`,
      });
      return z.NEVER;
    }
    return timezone;
  })
  .openapi({
    type: 'string',
    description:
      'IANA time zone, such as Europe/Brussels, in which plain dates begin and the timestamps of the answer are written',
    default: 'UTC',
  });

/**
 * The name as it was given: the canonical one of JavaScript may be an older one, which PostgreSQL does not know.
 * Offsets such as +01:00 are time zones to JavaScript, and the opposite to PostgreSQL. Abbreviations such as BST are names to
 * Intl, which knows those that are more than one zone's, and to nobody else.
 */
function readTimezone(name: string): string | undefined {
  // Most requests; the check below takes longer than reading one value.
  if (name === 'UTC') return name;
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
  try {
    new Temporal.ZonedDateTime(0n, name);
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === 'UTC' ? timeZone : name;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const INSTANT_FORMAT = 'RFC 3339 with an offset, or a plain date, which begins in `timezone`';

export const StartTime = requiredText().openapi({
  description: `Start of the range, inclusive: ${INSTANT_FORMAT}`,
  example: EXAMPLE_DAY.start,
});

export const EndTime = requiredText().openapi({
  description: `End of the range, exclusive: ${INSTANT_FORMAT}`,
  example: EXAMPLE_DAY.end,
});

export const AsOf = z
  .string()
  .optional()
  .openapi({
    description:
      `Answers with what was known at this instant: ${INSTANT_FORMAT}. Without it, with what is known now. An answer of the ` +
      'source counts from when it came (or was asked for, if one that was asked for later came first), and is served once it ' +
      'has been processed. So the answer for an instant does not change any more seven minutes later, if by then /v1/status shows no ' +
      '`answers.oldest_unprocessed_at` before it and no `answers.undecodable`, but by a replay of stored answers after a mended decoder.',
  });

export const DatasetParameter = z.object({
  dataset: z
    .string()
    .openapi({ description: 'Id of a dataset, as in /v1/datasets', example: 'actual-total-load' }),
});
