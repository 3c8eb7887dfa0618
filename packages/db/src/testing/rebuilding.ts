import type { CollectRequest, ParsedAnswer } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { createRebuildRepository } from '../rebuild.ts';

/** Decodes the bodies of `answerOf`. */
export function decode(_: CollectRequest, body: Uint8Array): ParsedAnswer {
  const observations: ParsedAnswer['observations'] = JSON.parse(Buffer.from(body).toString());
  return { outcome: observations.length === 0 ? 'no-data' : 'data', observations, problems: [] };
}

/** What decoders made of answers: what they say, then another number, another place, another series, nothing. */
export const DECODERS: readonly ((parsed: ParsedAnswer) => ParsedAnswer)[] = [
  (parsed) => parsed,
  (parsed) => ({
    ...parsed,
    observations: parsed.observations.map(({ block, ...rest }) => ({
      ...rest,
      block: { ...block, values: block.values.map((value) => (value === '1' ? '7' : value)) },
    })),
  }),
  (parsed) => ({
    ...parsed,
    observations: parsed.observations.map(({ block, ...rest }) => ({
      ...rest,
      block: block.kind === 'fixed' ? { ...block, values: block.values.slice(1) } : block,
    })),
  }),
  (parsed) => ({
    ...parsed,
    observations: parsed.observations.map(({ key, ...rest }) => ({ ...rest, key: { ...key, unit: 'KWH' } })),
  }),
  () => ({ outcome: 'no-data', observations: [], problems: [] }),
];

/** Makes everything anew that was made of processed answers. */
export async function rebuildAll(sql: Sql): Promise<void> {
  const repository = createRebuildRepository(sql);
  for (const item of await repository.findItems(undefined, undefined)) await repository.rebuild(item, decode);
}
