import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';

/** Serves one route that does nothing, on the same kind of server as the API. */
const app = new Hono().get('/', (c) => c.json({ status: 'ok' }));

const server = createAdaptorServer({ fetch: app.fetch });
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
process.once('disconnect', () => server.close());
process.send?.(`http://127.0.0.1:${address.port}`);
