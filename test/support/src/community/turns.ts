import { endsIdle, query, SYNC } from './messages.ts';

export interface Connection {
  send(message: Uint8Array): void;
  /** Says that nothing more will be sent. */
  end(): void;
}

interface Client {
  readonly messages: Uint8Array[];
  readonly receive: (answer: Uint8Array) => void;
  ended: boolean;
  /** Wakes the turn that waits for the client's next message. */
  onNews: () => void;
}

/**
 * Lets connections use the one backend in turns. A turn begins with a message that waits and ends when the backend is idle again:
 * a transaction is one turn.
 *
 * @param ask - answers a message, or says by undefined that the backend has ended; is called for one at a time
 */
export function createTurns(ask: (message: Uint8Array) => Promise<Uint8Array | undefined>) {
  const waiting = new Set<Client>();
  let isBusy = false;

  async function takeTurns(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (const client of waiting) {
      waiting.delete(client);
      // What it sent since it began to wait may have been of its last turn. Once the backend has ended, nobody is served any more.
      if (client.messages.length > 0 && !(await takeTurn(client))) return;
    }
    isBusy = false;
  }

  /** @returns whether there may be another */
  async function takeTurn(client: Client): Promise<boolean> {
    for (;;) {
      const message = client.messages.shift();
      if (message !== undefined) {
        const answer = await ask(message);
        if (answer === undefined) return false;
        client.receive(answer);
        if (endsIdle(answer)) return true;
      } else if (client.ended) {
        // As a server does for a client that has gone. After an error nothing but a sync is heard, which would commit else.
        await ask(query('rollback'));
        await ask(SYNC);
        return (await ask(query('rollback'))) !== undefined;
      } else {
        await new Promise<void>((resolve) => {
          client.onNews = resolve;
        });
      }
    }
  }

  return {
    connect(receive: (answer: Uint8Array) => void): Connection {
      const client: Client = { messages: [], receive, ended: false, onNews: () => undefined };
      return {
        send(message) {
          client.messages.push(message);
          client.onNews();
          waiting.add(client);
          void takeTurns();
        },
        end() {
          client.ended = true;
          client.onNews();
        },
      };
    },
  };
}
