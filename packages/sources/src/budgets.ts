import type { Source } from '@energy-data-service/domain';
import { z } from 'zod';

/**
 * Reads from the environment how many requests a minute all collectors together may send to each source, by its id. It
 * needs no credentials.
 */
export function budgetsOf(sources: readonly Source[]): z.ZodType<ReadonlyMap<string, number>> {
  return z.unknown().transform((env, context) => {
    const budgets = new Map<string, number>();
    for (const { id, budget } of sources) {
      const result = budget.safeParse(env);
      if (result.success) budgets.set(id, result.data);
      for (const { path, message } of result.error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [...path], message });
      }
    }
    return budgets;
  });
}
