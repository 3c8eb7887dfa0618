import type { IncomingMessage, ServerResponse } from 'node:http';
import { acknowledgementAnswer } from './acknowledgement.ts';
import { type Answer, type AnswerSource, textAnswer } from './answer.ts';
import type { FaultState } from './fault-control.ts';
import type { Fault } from './fault-rule.ts';
import { bannedAnswer, replacingAnswer, spoiltAnswer, unauthorizedAnswer } from './faulty-answer.ts';
import type { RequestLimiter } from './request-limiter.ts';
import type { RequestLog } from './request-log.ts';
import { type RequestParameters, readQuery, refuseRepeatedParameters } from './request-parameters.ts';
import { RequestRefusal } from './request-refusal.ts';
import { sendAnswer } from './send-answer.ts';

interface Dependencies {
  readonly answers: AnswerSource;
  readonly faults: FaultState;
  readonly limiter: RequestLimiter;
  readonly log: RequestLog;
  readonly clock: () => Temporal.Instant;
  /** Tokens that are accepted; null accepts every token that is not empty. */
  readonly tokens: readonly string[] | null;
  /** Aborts when the simulator closes. */
  readonly signal: AbortSignal;
}

/** One request, as far as it can be read without judging it. */
interface Call {
  readonly at: Temporal.Instant;
  readonly method: string | undefined;
  /** The query as it came. */
  readonly query: string;
  readonly parameters: RequestParameters;
  readonly token: string | null;
}

/** Answers requests to the platform's one path. */
export function platformApi({ answers, faults, limiter, log, clock, tokens, signal }: Dependencies) {
  return async (request: IncomingMessage, response: ServerResponse, query: string): Promise<void> => {
    const call = readCall(request, query, clock());
    // Bans and most faults come from the layers before the platform's application, which reads the rest.
    const bannedUntil = limiter.admit(call.token, call.at);
    const rule = bannedUntil ? undefined : faults.take(call.parameters);
    const parameters = Object.fromEntries(call.parameters);

    if (rule?.fault === 'reset') {
      log.add({ at: call.at, parameters, status: null });
      request.socket.resetAndDestroy();
      return;
    }
    const answer = bannedUntil ? bannedAnswer(bannedUntil) : answerUnder(rule?.fault, call);
    log.add({ at: call.at, parameters, status: answer.status });
    await sendAnswer(request, response, answer, rule, signal);
  };

  function answerUnder(fault: Fault | undefined, call: Call): Answer {
    switch (fault) {
      case 'ban':
        return bannedAnswer(limiter.ban(call.token, call.at));
      case 'cut':
      case 'malformed':
        return spoiltAnswer(fault, answerWell(call));
      default:
        return (fault && replacingAnswer(fault, call.at)) ?? answerWell(call);
    }
  }

  function answerWell({ at, method, query, parameters, token }: Call): Answer {
    if (method !== 'GET') return textAnswer(405, 'text/plain; charset=utf-8', 'Method Not Allowed\n');
    if (!isWellFormed(query)) return malformedUrlAnswer();
    if (!token || (tokens !== null && !tokens.includes(token))) return unauthorizedAnswer(at);
    try {
      refuseRepeatedParameters(new URLSearchParams(query));
      return answers.answer(parameters, {
        now: at,
        corrections: faults.corrections,
        maxPeriod: ({ id }) => faults.maxPeriod(id),
      });
    } catch (error) {
      if (error instanceof RequestRefusal) return acknowledgementAnswer(error.status, error.message, at);
      throw error;
    }
  }
}

function readCall({ method, headers }: IncomingMessage, query: string, at: Temporal.Instant): Call {
  const { parameters, token } = readQuery(new URLSearchParams(query));
  return { at, method, query, parameters, token: token ?? headers.security_token?.toString() ?? null };
}

/** Whether everything is escaped that the platform wants escaped, slashes and colons of times included. */
function isWellFormed(query: string): boolean {
  return !/[/: ]|%(?![0-9A-Fa-f]{2})/.test(query);
}

function malformedUrlAnswer(): Answer {
  const error = { type: 'error', message: 'Unable to parse URI. Its format is not valid.' };
  return textAnswer(400, 'application/json', JSON.stringify({ uuAppErrorMap: { URI_FORMAT_ERROR: error } }));
}
