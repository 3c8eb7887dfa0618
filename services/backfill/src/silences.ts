import { createSourceStateRepository, type Sql } from '@energy-data-service/db';
import type { Status } from '@energy-data-service/status';
import type { Silence } from './progress-text.ts';

const CUT_OFF = { remainingMs: null, reason: 'too many requests failed, one is tried at a time' };

/** Which of the sources may not be asked, as of now. */
export async function findSilences(sources: readonly string[], sql: Sql): Promise<Silence[]> {
  const { look } = createSourceStateRepository(sql);
  const looks = await Promise.all(sources.map(async (source) => ({ source, ...(await look(source)) })));
  return looks.flatMap(({ source, block, failing }) => describeAccess(source, block, failing === 'cut-off'));
}

/** The same of a status that was read. */
export function silencesIn({ sources, now }: Pick<Status, 'sources' | 'now'>): Silence[] {
  return sources.flatMap(({ source, block, cutOffSince }) => {
    const remainingMs = block === null ? 0 : block.until.epochMilliseconds - now.epochMilliseconds;
    return describeAccess(source, block && { ...block, remainingMs }, cutOffSince !== null);
  });
}

function describeAccess(
  source: string,
  block: { readonly remainingMs: number; readonly reason: string } | null,
  isCutOff: boolean,
): Silence[] {
  if (block !== null) return [{ source, remainingMs: block.remainingMs, reason: block.reason }];
  return isCutOff ? [{ source, ...CUT_OFF }] : [];
}
