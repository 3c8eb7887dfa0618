import type { Corrections } from './corrections.ts';
import type { LoadItem } from './load-items.ts';
import type { RequestParameters } from './request-parameters.ts';

/** What is sent back for one request, before compression. */
export interface Answer {
  /** HTTP status */
  readonly status: number;
  /** MIME type as the platform writes it. */
  readonly contentType: string;
  /** Value of Content-Disposition; null where the platform sends none. */
  readonly contentDisposition: string | null;
  readonly body: Uint8Array;
}

/** Where answers come from: computed, or read from a folder of recorded ones. */
export interface AnswerSource {
  /**
   * Answers a request whose token is accepted. "Nothing published" is an answer like any other.
   *
   * @throws {RequestRefusal} when the platform would refuse the request
   */
  answer(parameters: RequestParameters, conditions: AnswerConditions): Answer;
}

/** What an answer depends on besides the request. */
export interface AnswerConditions {
  /** The instant of the answer: what is published by now is in it. */
  readonly now: Temporal.Instant;
  readonly corrections: Corrections;
  /** Longest window that a request for the item may name, as an ISO 8601 duration. */
  maxPeriod(item: LoadItem): string;
}

/** An answer of text, encoded as UTF-8. */
export function textAnswer(status: number, contentType: string, text: string): Answer {
  return { status, contentType, contentDisposition: null, body: Buffer.from(text) };
}
