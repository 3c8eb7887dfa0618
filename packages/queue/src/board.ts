import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Job } from 'bullmq';
import type { QueueBackend } from './backend.ts';
import { collectQueueName, RAW_PAYLOAD_QUEUE } from './queues.ts';

/** Who looks at the board: a viewer changes nothing; an operator may retry, promote and clean. */
export type BoardRole = 'viewer' | 'operator';

type BoardParameters = Parameters<typeof createBullBoard>[0];
/** Where the board's routes go: one of Bull Board's adapters for web frameworks. */
export type BoardServer = BoardParameters['serverAdapter'];
export type BoardAppearance = NonNullable<NonNullable<BoardParameters['options']>['uiConfig']>;
type Hooks = NonNullable<NonNullable<BoardParameters['options']>['handlerHooks']>;

const JOB_ROUTE = '/api/queues/:queueName/:jobId';
const RETRY_ALL_ROUTE = '/api/queues/:queueName/retry/:queueStatus';

/**
 * What an operator may do. Whatever it does to a job, PostgreSQL knows what has to be done, and the scheduler adds it
 * again. The rest of what Bull Board offers could silence a queue for good, or raise its rate limit above what
 * the source allows.
 */
const OPERATOR_ROUTES: ReadonlySet<string> = new Set([
  `${JOB_ROUTE}/retry`,
  RETRY_ALL_ROUTE,
  `${JOB_ROUTE}/promote`,
  '/api/queues/:queueName/promote',
  `${JOB_ROUTE}/clean`,
  '/api/queues/:queueName/clean/:queueStatus',
]);

/** The budget is spent in spans of at most a minute, in each of which a queue may be silent for the rest of it. */
const LONGEST_BUDGET_SPAN_MS = 60_000;

export interface Board {
  /** Registers the board's routes on a server, with what a role may do: all else is refused with 403. */
  serve(server: BoardServer, role: BoardRole, appearance: BoardAppearance): void;
  /** Asks every queue; fails while their server is away. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Every queue, for a person to look at.
 *
 * @param sources - ids of the sources whose collect queues are shown
 */
export function createBoard(backend: QueueBackend, sources: readonly string[]): Board {
  const queues = [
    ...sources.map((source) => ({
      queue: backend.createQueue(collectQueueName(source)),
      description: `Requests to ${source}: one window of a dataset and area a job`,
    })),
    {
      queue: backend.createQueue(RAW_PAYLOAD_QUEUE),
      description: 'Answers that are stored, to be decoded and written',
    },
  ];
  return {
    serve(server, role, appearance) {
      createBullBoard({
        queues: queues.map(
          ({ queue, description }) => new BoardQueue(queue, { description, readOnlyMode: role === 'viewer' }),
        ),
        serverAdapter: server,
        options: {
          uiConfig: appearance,
          handlerHooks: { before: permit(role), after: sayOnceThatAJobIsGone },
        },
      });
    },
    async check() {
      await Promise.all(queues.map(({ queue }) => queue.getJobCounts('failed')));
    },
    async close() {
      await Promise.all(queues.map(({ queue }) => backend.close(queue)));
    },
  };
}

/** A queue as the board shows it. */
class BoardQueue extends BullMQAdapter {
  // Of all that have ended nothing would be asked, but each would take its turn of the budget from what waits.
  override readonly allowCompletedRetries = false;

  /** The workers have the rate limit, and not the queue, of which it would be said that none is set. */
  override get supportsGlobalRateLimit(): boolean {
    return false;
  }

  /** Milliseconds for which the queue is still silent. One whose workers have only spent their budget is not. */
  override async getActiveRateLimitTtl(): Promise<number> {
    const silentForMs = await super.getActiveRateLimitTtl();
    return silentForMs > LONGEST_BUDGET_SPAN_MS ? silentForMs : 0;
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id);
    if (job !== undefined) tellNextAttempt(job);
    return job;
  }

  override async getJobs(...parameters: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    const jobs = await super.getJobs(...parameters);
    jobs.forEach(tellNextAttempt);
    return jobs;
  }
}

/**
 * Has a job that waits for another attempt tell the earliest time of that. Bull Board counts its delay, and that of its
 * options, from when it was added; BullMQ does from the end of the attempt before, of which only the beginning is known.
 */
function tellNextAttempt(job: Job): void {
  const { timestamp, processedOn, delay } = job;
  if (processedOn === undefined || delay === 0) return;
  const toJSON = job.toJSON.bind(job);
  const sinceAdded = processedOn + delay - timestamp;
  job.toJSON = () => {
    const told = toJSON();
    return { ...told, delay: sinceAdded, opts: { ...told.opts, delay: sinceAdded } };
  };
}

function permit(role: BoardRole): NonNullable<Hooks['before']> {
  return ({ method, route, request }) => {
    // BullMQ on PostgreSQL (6.7) would take jobs away from the workers that run them.
    if (method !== 'get' && request.params.queueStatus === 'active') {
      return { allow: false, status: 403, message: 'jobs that run are left alone' };
    }
    if (route === RETRY_ALL_ROUTE && request.params.queueStatus === 'completed') {
      return { allow: false, status: 403, message: 'of all jobs only those that failed are retried' };
    }
    if (method === 'get' || (role === 'operator' && OPERATOR_ROUTES.has(route))) return { allow: true };
    const message =
      role === 'viewer'
        ? 'a viewer changes nothing: log in as operator'
        : 'an operator may retry, promote and clean; nothing else is done on this board';
    return { allow: false, status: 403, message };
  };
}

/** The page says it where the job would be. Of an error it tells as well, to the person who has just cleaned the job. */
const sayOnceThatAJobIsGone: NonNullable<Hooks['after']> = ({ method, route }, answer) =>
  method === 'get' && route === JOB_ROUTE && answer.status === 404 ? { status: 404, body: {} } : answer;
