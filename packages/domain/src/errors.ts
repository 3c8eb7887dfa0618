/**
 * Failures that the pipeline knows how to react to. Any other throw counts as transient: it is logged
 * with its stack and retried with back-off.
 *
 * The message is constant and what varies goes into `context`, so that equal failures group.
 */
export abstract class PipelineError extends Error {
  /** Safe to log: codes, ranges and sizes; never a token or a whole document. */
  readonly context: Readonly<Record<string, unknown>>;

  constructor(message: string, context: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.context = context;
  }
}

/** The input can never succeed, so a retry would only repeat the failure. */
export class PermanentError extends PipelineError {}

/** A document that cannot be decoded: it says which document, where in it, and why. */
export class DocumentError extends PermanentError {
  constructor(message: string, context: DocumentPlace & Record<string, unknown>, options?: ErrorOptions) {
    super(message, { ...context }, options);
  }
}

/** Where in an answer something was found; counts from 1, the parts that are not known are left out. */
export interface DocumentPlace {
  /** Entry of the ZIP, or the root element; `answer` where neither is known. */
  readonly document?: string;
  readonly series?: number;
  readonly period?: number;
  /** Offset in the document's text, in UTF-16 code units. */
  readonly offset?: number;
  /** Offset in bytes, where there is no text: of the answer, or of the document if it is not valid UTF-8. */
  readonly byteOffset?: number;
}

/** The source failed in a way that passes: a fault, a time-out, a cut connection. */
export class TransientError extends PipelineError {}

/** The source asked us to stop; nothing is asked of it again for `retryAfterMs`. */
export class ThrottledError extends PipelineError {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, context?: Record<string, unknown>) {
    super(message, context);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The job must wait without a fault of its own, and others need not: it is tried again after `delayMs`. */
export class PostponedError extends PipelineError {
  readonly delayMs: number;

  constructor(message: string, delayMs: number, context?: Record<string, unknown>) {
    super(message, context);
    this.delayMs = delayMs;
  }
}

/** The source does not accept our credentials; every further request would be refused as well. */
export class UnauthorizedError extends ThrottledError {}

/** One line for a ledger or a person: the message, and the context or the gathered errors behind it. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError) {
    // Several tries of one connection are gathered without a message.
    const reasons = new Set(error.errors.map(describeError));
    return [error.message, [...reasons].join('; ')].filter((text) => text !== '').join(': ');
  }
  if (error instanceof PipelineError && Object.keys(error.context).length > 0) {
    return `${error.message} ${JSON.stringify(error.context)}`;
  }
  return error instanceof Error ? error.message : String(error);
}
