import type { ZodType } from 'zod';
import type { Block } from './block.ts';
import type { Dataset } from './dataset.ts';
import type { SeriesKey } from './series.ts';
import type { TimeWindow } from './time-window.ts';

/**
 * A place that data comes from. One of these is all that a package needs to export in order to be collected,
 * stored and served; it is registered in `packages/sources`.
 */
export interface Source<Settings = unknown> {
  /** Stable, lower case, part of every series' identity: `entsoe`. */
  readonly id: string;
  /** What may be asked of it. Dataset ids are unique over all sources. */
  readonly datasets: readonly Dataset[];
  /** Reads the source's own settings from the environment. Only the collector needs them. */
  readonly settings: ZodType<Settings>;
  /** Reads the budget below from the environment, without the rest of the settings: it needs no credentials. */
  readonly budget: ZodType<number>;
  /** Requests per minute that all collectors together may send. */
  requestsPerMinute(settings: Settings): number;
  /** Opens what is needed for asking; nothing is sent before the first request. */
  connect(settings: Settings): SourceClient;
  /**
   * Decodes an answer. Pure: the same bytes give the same result, at any time, on any machine.
   *
   * @throws {DocumentError} naming the document, the place in it and the reason
   */
  parse(request: CollectRequest, body: Uint8Array): ParsedAnswer;
}

export interface SourceClient {
  /**
   * Asks once.
   *
   * @throws {TransientError} for a fault that passes, {ThrottledError} for a ban, {UnauthorizedError} for
   * refused credentials, {PermanentError} for a request that can never succeed
   */
  fetch(request: CollectRequest, signal: AbortSignal): Promise<FetchResult>;
  close(): Promise<void>;
}

/** One dataset of one area (or border) over one time window. */
export interface CollectRequest {
  readonly source: string;
  readonly dataset: string;
  /** EIC */
  readonly area: string;
  /** EIC of the other side of a border; null for items of one area. */
  readonly counterArea: string | null;
  readonly window: TimeWindow;
}

export type FetchResult = Answer | TooLarge;

/** What the source answered, as bytes. "Nothing published" is an answer like any other. */
export interface Answer {
  readonly kind: 'answer';
  /** HTTP status */
  readonly status: number;
  readonly mediaType: string | null;
  readonly body: Uint8Array;
  /**
   * Hash of what the answer says, without what differs between two equal answers (identifiers and times of
   * the document itself).
   */
  readonly contentHash: Uint8Array;
  /** By how much this process's clock was ahead of the source's when the answer began, to the second; absent if it told no time. */
  readonly clockAheadMs?: number;
}

/** The source holds more than one answer may carry, or refuses a window of this length. */
export interface TooLarge {
  readonly kind: 'too-large';
  /** Longest window that the refusal names, in days of 24 hours; null when it names none. */
  readonly maxDays: number | null;
  readonly reason: string;
}

export interface ParsedAnswer {
  /** `no-data`: the source says that it has nothing for this request. */
  readonly outcome: 'data' | 'no-data';
  readonly observations: readonly Observation[];
  /** Faults in the answer that did not keep the rest from being read. */
  readonly problems: readonly string[];
}

/** One stretch of one series as an answer stated it. */
export interface Observation {
  readonly key: SeriesKey;
  readonly block: Block;
  /** Properties of the answer that describe the stretch and identify nothing. */
  readonly documentMrid: string | null;
  readonly timeSeriesMrid: string | null;
  readonly curveType: string | null;
  readonly objectAggregation: string | null;
  /** Place in the answer, each from 1. */
  readonly place: { readonly document: number; readonly series: number; readonly period: number };
}
