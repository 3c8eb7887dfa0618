import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** What a connection has sent, in bytes, if there is more for its reader; undefined if there is nothing. */
type Progress = number | undefined;

/**
 * Cuts connections whose reader takes nothing of what is there for it: that is held in memory. Whatever else such a reader
 * sends or asks for meanwhile does not keep it.
 *
 * @param afterMs - without a byte taken; it may take as long again until that is seen
 */
export function cutStalledConnections(server: Server, afterMs: number): void {
  const progressOf = new Map<Socket, Progress>();
  server.on('connection', (socket) => {
    progressOf.set(socket, undefined);
    socket.once('close', () => progressOf.delete(socket));
  });
  const timer = setInterval(() => {
    for (const [socket, before] of progressOf) {
      const progress = socket.writableLength > 0 ? socket.bytesWritten - socket.writableLength : undefined;
      if (progress !== undefined && progress === before) socket.destroy();
      else progressOf.set(socket, progress);
    }
  }, afterMs);
  server.once('close', () => clearInterval(timer));
}
