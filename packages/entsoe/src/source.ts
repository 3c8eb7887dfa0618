import type { Source } from '@energy-data-service/domain';
import { createEntsoeClient } from './client.ts';
import { ENTSOE_ITEMS } from './datasets.ts';
import { parseAnswer } from './parse-answer.ts';
import { EntsoeBudget, EntsoeSettings } from './settings.ts';

/** The ENTSO-E Transparency Platform. */
export const entsoeSource: Source<EntsoeSettings> = {
  id: 'entsoe',
  datasets: ENTSOE_ITEMS.map(({ dataset }) => dataset),
  settings: EntsoeSettings,
  budget: EntsoeBudget,
  requestsPerMinute: ({ requestsPerMinute }) => requestsPerMinute,
  connect: (settings) => createEntsoeClient(settings),
  parse: parseAnswer,
};
