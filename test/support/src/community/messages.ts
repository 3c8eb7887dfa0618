/** Ends what belongs together in PostgreSQL's frontend protocol. */
export const SYNC: Uint8Array = frontendMessage('S', '');

/** Whether a client says that it ends its connection. */
export function isTerminate(message: Uint8Array): boolean {
  return Buffer.from(message).equals(frontendMessage('X', ''));
}

/** Whether a client asks for TLS before it begins; the answer is one letter. */
export function isSslRequest(message: Uint8Array): boolean {
  return isRequest(message, 80_877_103);
}

/** Whether a client asks that the statement of another connection is cancelled; it says nothing else. */
export function isCancelRequest(message: Uint8Array): boolean {
  return isRequest(message, 80_877_102);
}

function isRequest(message: Uint8Array, code: number): boolean {
  const bytes = Buffer.from(message);
  return bytes.length === 8 && bytes.readInt32BE(0) === 8 && bytes.readInt32BE(4) === code;
}

/** A message that asks for a statement's results. */
export function query(statement: string): Uint8Array {
  return frontendMessage('Q', `${statement}\0`);
}

/** A message of a type, which the first alone has not. */
export function frontendMessage(type: string, body: string): Uint8Array {
  const message = Buffer.from(`${type}\0\0\0\0${body}`);
  message.writeInt32BE(message.length - type.length, type.length);
  return message;
}

/**
 * Puts together what a client sends in pieces.
 *
 * @param onMessage - is called for each whole message, the first of which (after a request for TLS the second, too) has no type
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
      if (!isSslRequest(message)) typeBytes = 1;
      onMessage(message);
    }
  };
}

/** Whether the backend's words end with being ready for the next statement, outside of any transaction. */
export function endsIdle(answer: Uint8Array): boolean {
  return Buffer.from(answer.subarray(-6)).equals(Buffer.from('Z\0\0\0\x05I', 'latin1'));
}
