import { acknowledgementAnswer } from './acknowledgement.ts';
import { type Answer, textAnswer } from './answer.ts';
import type { Fault } from './fault-rule.ts';

/** Faults that stand in place of an answer, without one being made. */
type ReplacingFault = Extract<
  Fault,
  'maintenance' | 'server-error' | 'not-found' | 'unauthorized' | 'bad-request' | 'html'
>;

/** The answer that a fault gives; undefined for a fault that does something else. */
export function replacingAnswer(fault: Fault, now: Temporal.Instant): Answer | undefined {
  return isReplacing(fault) ? REPLACING_ANSWERS[fault](now) : undefined;
}

/** The 429 of a ban, which says when it ends. */
export function bannedAnswer(until: Temporal.Instant): Answer {
  const text = `<html><body><p>Requester banned until '${until}'.</p></body></html>`;
  return textAnswer(429, 'text/html', text);
}

/** The answer to a missing or wrong token. */
export function unauthorizedAnswer(now: Temporal.Instant): Answer {
  return acknowledgementAnswer(401, 'Authentication failed.', now);
}

export function notFoundAnswer(): Answer {
  return textAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n');
}

/** An answer whose body a fault has spoilt, consistent with its announced length. */
export function spoiltAnswer(fault: 'cut' | 'malformed', answer: Answer): Answer {
  // A ZIP holds no text to make ill-formed; cutting it spoils it as well.
  if (fault === 'malformed' && answer.contentType === 'text/xml') {
    const text = Buffer.from(answer.body).toString();
    return { ...answer, body: Buffer.from(text.replace('</mRID>', ' R&D</mRID>')) };
  }
  return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) };
}

const REPLACING_ANSWERS: Readonly<Record<ReplacingFault, (now: Temporal.Instant) => Answer>> = {
  maintenance: () => textAnswer(503, 'text/html', htmlPage('503 Service Temporarily Unavailable')),
  'server-error': () => textAnswer(500, 'text/html', htmlPage('500 Internal Server Error')),
  'not-found': notFoundAnswer,
  unauthorized: unauthorizedAnswer,
  'bad-request': (now) => acknowledgementAnswer(400, 'The request could not be processed.', now),
  html: () => textAnswer(200, 'text/html', htmlPage('ENTSO-E Transparency Platform')),
};

function isReplacing(fault: Fault): fault is ReplacingFault {
  return fault in REPLACING_ANSWERS;
}

function htmlPage(title: string): string {
  return `<html>
<head><title>${title}</title></head>
<body>
<center><h1>${title}</h1></center>
</body>
</html>
`;
}
