import { type CollectRequest, findArea, PRIORITIES, type Priority } from '@energy-data-service/domain';
import { z } from 'zod';

const Eic = z.string().length(16);
const Instant = z.iso.datetime();

/** Ask a source for one dataset of one area (or border) over the time window `[from, to)`. */
export const CollectJob = z.object({
  source: z.string(),
  dataset: z.string(),
  area: Eic,
  counterArea: Eic.nullable(),
  from: Instant,
  to: Instant,
});
export type CollectJob = z.infer<typeof CollectJob>;

/** Process a stored answer. */
export const RawPayloadJob = z.object({ rawPayloadId: z.number().int().positive() });
export type RawPayloadJob = z.infer<typeof RawPayloadJob>;

export function toCollectJob({ source, dataset, area, counterArea, window }: CollectRequest): CollectJob {
  return { source, dataset, area, counterArea, from: window.from.toString(), to: window.to.toString() };
}

export function toCollectRequest({
  source,
  dataset,
  area,
  counterArea,
  from,
  to,
}: CollectJob): CollectRequest {
  return {
    source,
    dataset,
    area,
    counterArea,
    window: { from: Temporal.Instant.from(from), to: Temporal.Instant.from(to) },
  };
}

/**
 * Names what a job asks for. While a job with the same key is unfinished a second one is dropped; afterwards
 * the window may be asked for again, which is how corrections arrive.
 */
export function collectJobKey({ source, dataset, area, counterArea, from, to }: CollectJob): string {
  return [source, dataset, area, counterArea ?? '', from, to].join('/');
}

/** What a person sees in a list of jobs: dataset, area and window. */
export function collectJobName(request: CollectRequest): string {
  const { dataset, area, counterArea, window } = request;
  const areas = counterArea === null ? [area] : [area, counterArea];
  const [from, to] = [window.from, window.to].map((instant) => instant.toString({ smallestUnit: 'minute' }));
  return `${dataset} ${areas.map((eic) => findArea(eic)?.code ?? eic).join('>')} ${from}/${to}`;
}

/** What a person sees of the answer to a request: the same, and the answer's id. */
export function rawPayloadJobName(rawPayloadId: number, request: CollectRequest): string {
  return `${collectJobName(request)} (answer ${rawPayloadId})`;
}

/** BullMQ's priority: lower goes first. */
export function jobPriority(priority: Priority): number {
  return PRIORITIES.indexOf(priority) + 1;
}
