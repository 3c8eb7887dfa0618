import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';

/** A server in a container of its own, gone with its data when stopped. */
export interface ContainerServer {
  readonly url: string;
  /** Ends the server and starts it again with the same data; at the same address if its port was chosen. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface ContainerOptions {
  /** On this machine; by default a free one. */
  readonly port?: number;
}

// Its reaper would be one image more to fetch; the teardown of the tests ends what they started.
process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';

const TIMESCALEDB_IMAGE = 'timescale/timescaledb:2.19.3-pg17';
const REDIS_IMAGE = 'redis:8-alpine';

/** Whether this machine has a container engine that answers. */
export async function hasContainerEngine(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    // Whatever the reason, there is none to use: the tests that need it are shown as skipped.
    return false;
  }
}

export async function startTimescaleDb({ port }: ContainerOptions = {}): Promise<ContainerServer> {
  const container = await new GenericContainer(TIMESCALEDB_IMAGE)
    .withEnvironment({ POSTGRES_PASSWORD: 'test' })
    .withCommand(['-c', 'max_connections=300', '-c', 'fsync=off'])
    .withExposedPorts(exposed(5432, port))
    // Over TCP: the server of the first initialisation listens on its socket only.
    .withWaitStrategy(Wait.forSuccessfulCommand('pg_isready --host 127.0.0.1 --username postgres'))
    .start();
  return toServer(container, `postgres://postgres:test@${addressOf(container, 5432)}/postgres`);
}

export async function startRedis({ port }: ContainerOptions = {}): Promise<ContainerServer> {
  const container = await new GenericContainer(REDIS_IMAGE)
    .withCommand(['redis-server', '--appendonly', 'yes'])
    .withExposedPorts(exposed(6379, port))
    .withWaitStrategy(Wait.forSuccessfulCommand('redis-cli ping'))
    .start();
  return toServer(container, `redis://${addressOf(container, 6379)}`);
}

function exposed(container: number, host: number | undefined) {
  return host === undefined ? container : { container, host };
}

function addressOf(container: StartedTestContainer, port: number): string {
  return `${container.getHost()}:${container.getMappedPort(port)}`;
}

function toServer(container: StartedTestContainer, url: string): ContainerServer {
  return {
    url,
    restart: () => container.restart(),
    async stop() {
      await container.stop();
    },
  };
}
