import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { QueueBackend } from './backend.ts';
import { collectQueueName, RAW_PAYLOAD_QUEUE } from './queues.ts';

/** Who looks at the board: a viewer changes nothing; an operator may retry, promote and clean. */
export type BoardRole = 'viewer' | 'operator';

type BoardParameters = Parameters<typeof createBullBoard>[0];
/** Where the board's routes go: one of Bull Board's adapters for web frameworks. */
export type BoardServer = BoardParameters['serverAdapter'];
export type BoardAppearance = NonNullable<NonNullable<BoardParameters['options']>['uiConfig']>;
type BeforeHook = NonNullable<NonNullable<NonNullable<BoardParameters['options']>['handlerHooks']>['before']>;

/**
 * What an operator may do. Whatever it does to a job, PostgreSQL knows what has to be done, and the scheduler adds it
 * again. The rest of what Bull Board offers could silence a queue for good, or raise its rate limit above what
 * the source allows.
 */
const OPERATOR_ROUTES: ReadonlySet<string> = new Set([
  '/api/queues/:queueName/:jobId/retry',
  '/api/queues/:queueName/retry/:queueStatus',
  '/api/queues/:queueName/:jobId/promote',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/:jobId/clean',
  '/api/queues/:queueName/clean/:queueStatus',
]);

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
          ({ queue, description }) =>
            new BullMQAdapter(queue, { description, readOnlyMode: role === 'viewer' }),
        ),
        serverAdapter: server,
        options: { uiConfig: appearance, handlerHooks: { before: permit(role) } },
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

function permit(role: BoardRole): BeforeHook {
  return ({ method, route, request }) => {
    // BullMQ on PostgreSQL (6.7) would take jobs away from the workers that run them.
    if (method !== 'get' && request.params.queueStatus === 'active') {
      return { allow: false, status: 403, message: 'jobs that run are left alone' };
    }
    if (method === 'get' || (role === 'operator' && OPERATOR_ROUTES.has(route))) return { allow: true };
    const message =
      role === 'viewer'
        ? 'a viewer changes nothing: log in as operator'
        : 'an operator may retry, promote and clean; nothing else is done on this board';
    return { allow: false, status: 403, message };
  };
}
