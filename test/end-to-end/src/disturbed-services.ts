import { type Line, layLine } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

const SERVICES = ['scheduler', 'collector', 'processor'] as const;
type ServiceName = (typeof SERVICES)[number];

/**
 * What happens when a process of a service has sent so many pieces of its work (what arrives at once: a message of a
 * protocol, or several, or a part of a large one):
 * - `killed before`: it is gone before the piece arrives
 * - `killed after`: the piece arrives, and nobody is there for the answer
 * - `queue emptied`: every job is taken away while it works
 */
export interface Disturbance {
  readonly service: ServiceName;
  /** From 1, since the process began to work or was disturbed before. */
  readonly piece: number;
  readonly event: 'killed before' | 'killed after' | 'queue emptied';
}

/** A disturbance that has happened. */
export interface PastDisturbance extends Disturbance {
  /** Windows that had not ended right after it. */
  readonly openWindows: number;
}

/** In any run two answers take a collector and a processor longer. */
const EARLY = 25;
const LATER = 60;

/**
 * Several disturbances at random moments; those of one service come in their order. The first of a collector
 * and the first of a processor are early enough to happen in any run.
 */
export function arbitraryDisturbances(events: readonly Disturbance['event'][]): fc.Arbitrary<Disturbance[]> {
  const within = (pieces: number, ...services: ServiceName[]) =>
    fc.record({
      service: fc.constantFrom(...services),
      // Without a preference for what is small: a start of work is no better place than its end.
      piece: fc.noBias(fc.integer({ min: 1, max: pieces })),
      event: fc.constantFrom(...events),
    });
  return fc
    .tuple(
      within(EARLY, 'collector'),
      within(EARLY, 'processor'),
      within(LATER, 'scheduler'),
      fc.array(within(LATER, ...SERVICES), { maxLength: 3 }),
    )
    .map(([collector, processor, scheduler, others]) => [collector, processor, scheduler, ...others]);
}

/** Pieces to the queue in a row that still belong to a job; a worker that waits for one sends many more. */
const QUEUE_PIECES_OF_A_JOB = 6;

/**
 * Counts the pieces of a process that belong to its work. No worker says anything to the database or the
 * platform unless it has a job, and a scheduler nothing unless it is in a round; what goes to the queue counts
 * when it follows soon. So neither the start of a process nor its waiting counts.
 */
function createWorkMeter(): { count(to: 'queue' | 'others'): boolean } {
  let queuePieces = Number.POSITIVE_INFINITY;
  return {
    count(to) {
      queuePieces = to === 'queue' ? queuePieces + 1 : 0;
      return queuePieces <= QUEUE_PIECES_OF_A_JOB;
    },
  };
}

interface Surroundings {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  /** The platform's endpoint. */
  readonly sourceUrl: string;
  emptyQueues(): Promise<void>;
  countOpenWindows(): Promise<number>;
}

/** The services as processes, each started again whenever it is killed. */
export interface DisturbedServices extends AsyncDisposable {
  /** What has happened so far. */
  happened(): Promise<PastDisturbance[]>;
  /** Rejects when a process ends that nobody killed. */
  readonly broken: Promise<never>;
}

/** Starts one process of each service, and disturbs them as told. */
export async function startDisturbedServices(
  surroundings: Surroundings,
  disturbances: readonly Disturbance[],
): Promise<DisturbedServices> {
  const happened: Promise<PastDisturbance>[] = [];
  const emptied: Promise<void>[] = [];
  const broken = Promise.withResolvers<never>();
  // Whoever waits for it hears of it.
  broken.promise.catch(() => undefined);
  const lines = new AsyncDisposableStack();
  const current = new Map<ServiceName, () => ServiceProcess>();
  let closing = false;

  async function start(service: ServiceName): Promise<void> {
    const coming = disturbances.filter((disturbance) => disturbance.service === service);
    let running: ServiceProcess;
    let isGone = false;
    let meter = createWorkMeter();
    let sent = 0;

    function onPiece(to: 'queue' | 'others', forward: () => void): void {
      // Sent before it was killed, and on its way behind the piece at which it was.
      if (isGone) return;
      if (meter.count(to)) sent += 1;
      const [next] = coming;
      if (next === undefined || sent < next.piece) {
        forward();
        return;
      }
      coming.shift();
      sent = 0;
      if (next.event !== 'killed before') forward();
      if (next.event === 'queue emptied') {
        emptied.push(surroundings.emptyQueues());
      } else {
        isGone = true;
        running.signal('SIGKILL');
      }
      happened.push(surroundings.countOpenWindows().then((openWindows) => ({ ...next, openWindows })));
    }

    async function lay(url: string, to: 'queue' | 'others'): Promise<Line> {
      return lines.use(await layLine(url, (forward) => onPiece(to, forward)));
    }

    const env = {
      DATABASE_URL: (await lay(surroundings.databaseUrl, 'others')).url,
      QUEUE_URL: (await lay(surroundings.queueUrl, 'queue')).url,
      ENTSOE_BASE_URL: (await lay(surroundings.sourceUrl, 'others')).url,
      ENTSOE_SECURITY_TOKEN: 'of-this-test',
      ENTSOE_REQUESTS_PER_MINUTE: '390',
      COLLECT_AREAS: 'none',
      // A killed worker is missed soon.
      JOB_LOCK_MS: '2000',
      SCHEDULER_EVERY_MS: '500',
      LOG_LEVEL: 'warn',
    };

    function run(): void {
      isGone = false;
      meter = createWorkMeter();
      sent = 0;
      running = startServiceProcess(service, env);
      void running.ended.then(({ code, signal }) => {
        if (closing) return;
        if (signal === 'SIGKILL') run();
        else broken.reject(new Error(`${service} ended with code ${code}: ${running.output.join('\n')}`));
      });
    }

    run();
    current.set(service, () => running);
  }

  await Promise.all(SERVICES.map(start));
  return {
    happened: () => Promise.all(happened),
    broken: broken.promise,
    async [Symbol.asyncDispose]() {
      closing = true;
      const processes = [...current.values()].map((running) => running());
      for (const running of processes) running.signal('SIGTERM');
      await Promise.all(processes.map(({ ended }) => ended));
      await lines.disposeAsync();
      await Promise.all([...emptied, ...happened]);
    },
  };
}
