/** Ends what belongs together in PostgreSQL's frontend protocol. */
export const SYNC: Uint8Array = Buffer.from('S\0\0\0\x04', 'latin1');

/** Whether a client says that it ends its connection. */
export function isTerminate(message: Uint8Array): boolean {
  return Buffer.from(message).equals(Buffer.from('X\0\0\0\x04', 'latin1'));
}

/** A message that asks for a statement's results. */
export function query(statement: string): Uint8Array {
  const body = Buffer.from(`${statement}\0`);
  const head = Buffer.alloc(5);
  head.write('Q');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

/**
 * Puts together what a client sends in pieces.
 *
 * @param onMessage - is called for each whole message, the first of which has no type
 */
export function frontendMessages(onMessage: (message: Uint8Array) => void): (piece: Buffer) => void {
  let rest = Buffer.alloc(0);
  let typeBytes = 0;
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= typeBytes + 4) {
      const length = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      typeBytes = 1;
      onMessage(message);
    }
  };
}

/** Whether the backend's words end with being ready for the next statement, outside of any transaction. */
export function endsIdle(answer: Uint8Array): boolean {
  return Buffer.from(answer.subarray(-6)).equals(Buffer.from('Z\0\0\0\x05I', 'latin1'));
}
