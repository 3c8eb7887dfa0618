import { parseAccept } from 'hono/utils/accept';
import { ProblemError } from './problem.ts';

export const FORMATS = ['json', 'csv'] as const;
type Format = (typeof FORMATS)[number];

export const JSON_TYPE = 'application/json';
export const CSV = 'text/csv';

const MEDIA_TYPES = { json: JSON_TYPE, csv: CSV } satisfies Record<Format, string>;

/** What an Accept header may ask for, and what it gets. */
const ACCEPTED = new Map([
  [JSON_TYPE, JSON_TYPE],
  [CSV, CSV],
  ['application/*', JSON_TYPE],
  ['text/*', CSV],
  ['*/*', JSON_TYPE],
]);

/**
 * The media type to answer with: what `format` names, or else what the header prefers, or else JSON.
 *
 * @throws {ProblemError} 400 if the header accepts none of those that there are
 */
export function negotiateFormat(format: Format | undefined, accept: string | undefined): string {
  if (format !== undefined) return MEDIA_TYPES[format];
  if (accept === undefined || accept === '') return JSON_TYPE;
  const [best] = parseAccept(accept)
    .filter(({ type, q }) => q > 0 && ACCEPTED.has(type.toLowerCase()))
    .sort((a, b) => b.q - a.q);
  const mediaType = best && ACCEPTED.get(best.type.toLowerCase());
  if (mediaType === undefined) {
    throw new ProblemError(400, 'unsupported format', [
      { parameter: 'Accept', message: `supported: ${Object.values(MEDIA_TYPES).join(', ')}` },
    ]);
  }
  return mediaType;
}
