import fc from 'fast-check';
import { type Relay, startRelay } from './relay.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

const SERVICES = ['scheduler', 'collector', 'processor'] as const;
type ServiceName = (typeof SERVICES)[number];

/**
 * What happens when a process of a service sends so many messages, to the database, the queue or the
 * platform:
 * - `killed before`: it is gone before the message arrives
 * - `killed after`: the message arrives, and nobody is there for the answer
 * - `queue emptied`: every job is taken away while it works
 */
export interface Disturbance {
  readonly service: ServiceName;
  /** From 1, since the process was started or disturbed before. */
  readonly message: number;
  readonly event: 'killed before' | 'killed after' | 'queue emptied';
}

/**
 * Several disturbances at random moments; those of one service come in their order. The first is early enough
 * to happen in any run.
 */
export function arbitraryDisturbances(events: readonly Disturbance['event'][]): fc.Arbitrary<Disturbance[]> {
  const within = (messages: number) =>
    fc.record({
      service: fc.constantFrom(...SERVICES),
      message: fc.integer({ min: 1, max: messages }),
      event: fc.constantFrom(...events),
    });
  return fc
    .tuple(within(15), fc.array(within(90), { minLength: 2, maxLength: 5 }))
    .map(([first, others]) => [first, ...others]);
}

interface Surroundings {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  /** The platform's endpoint. */
  readonly sourceUrl: string;
  emptyQueues(): Promise<void>;
}

/** The services as processes, each started again whenever it is killed. */
export interface DisturbedServices extends AsyncDisposable {
  /** What has happened so far. */
  readonly happened: readonly Disturbance[];
  /** Rejects when a process ends that nobody killed. */
  readonly broken: Promise<never>;
}

/** Starts one process of each service, and disturbs them as told. */
export async function startDisturbedServices(
  surroundings: Surroundings,
  disturbances: readonly Disturbance[],
): Promise<DisturbedServices> {
  const happened: Disturbance[] = [];
  const emptied: Promise<void>[] = [];
  const broken = Promise.withResolvers<never>();
  // Whoever waits for it hears of it.
  broken.promise.catch(() => undefined);
  const relays = new AsyncDisposableStack();
  const current = new Map<ServiceName, () => ServiceProcess>();
  let closing = false;

  async function start(service: ServiceName): Promise<void> {
    const coming = disturbances.filter((disturbance) => disturbance.service === service);
    let sent = 0;
    let running: ServiceProcess;

    function onMessage(forward: () => void): void {
      sent += 1;
      const [next] = coming;
      if (next === undefined || sent < next.message) {
        forward();
        return;
      }
      coming.shift();
      happened.push(next);
      sent = 0;
      if (next.event !== 'killed before') forward();
      if (next.event === 'queue emptied') emptied.push(surroundings.emptyQueues());
      else running.signal('SIGKILL');
    }

    async function relay(url: string): Promise<Relay> {
      return relays.use(await startRelay(url, onMessage));
    }

    const env = {
      DATABASE_URL: (await relay(surroundings.databaseUrl)).url,
      QUEUE_URL: (await relay(surroundings.queueUrl)).url,
      ENTSOE_BASE_URL: (await relay(surroundings.sourceUrl)).url,
      ENTSOE_SECURITY_TOKEN: 'of-this-test',
      ENTSOE_REQUESTS_PER_MINUTE: '399',
      COLLECT_AREAS: 'none',
      // A killed worker is missed soon.
      JOB_LOCK_MS: '2000',
      SCHEDULER_EVERY_MS: '500',
      LOG_LEVEL: 'warn',
    };

    function run(): void {
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
    happened,
    broken: broken.promise,
    async [Symbol.asyncDispose]() {
      closing = true;
      const processes = [...current.values()].map((running) => running());
      for (const running of processes) running.signal('SIGTERM');
      await Promise.all(processes.map(({ ended }) => ended));
      await relays.disposeAsync();
      await Promise.all(emptied);
    },
  };
}
