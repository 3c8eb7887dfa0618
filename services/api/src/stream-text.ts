import type { Context, TypedResponse } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { onceSent } from './once-sent.ts';

/** Pieces are joined to at least so many bytes before they are sent. */
const CHUNK_BYTES = 65_536;

/** Fits every route: that the text has the shape of the route's schema is for tests to show. */
// biome-ignore lint/suspicious/noExplicitAny: the type system does not see into the text.
type AnyResponse = Response & TypedResponse<any, 200, 'json'>;

/** Answers with text that is there. */
export function answerText(c: Context<ApiEnv>, contentType: string, text: string): AnyResponse {
  return c.body(text, 200, { 'content-type': contentType }) as unknown as AnyResponse;
}

/**
 * Answers with text that is produced while it is sent, and no faster; what fits into one chunk is sent whole. What
 * fails before the first chunk is an ordinary error; later the connection is cut, so that nobody takes a part for
 * the whole. When the client goes away, nothing more is produced.
 *
 * @param pieces - text, or the bytes of its UTF-8
 */
export async function streamText(
  c: Context<ApiEnv>,
  contentType: string,
  pieces: AsyncGenerator<string | Uint8Array<ArrayBuffer>>,
): Promise<AnyResponse> {
  const respond = (body: ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> | '') =>
    c.body(body, 200, { 'content-type': contentType }) as unknown as AnyResponse;
  if (c.req.method === 'HEAD') return respond('');

  await c.var.beginSending();
  const first = await readChunk(pieces);
  if (first.isLast) return respond(first.bytes);
  // Nobody reads what follows, and so nobody ends it, where the request was given up while this waited for the database.
  onceSent(c, () => void pieces.return(undefined));
  let chunk: Chunk | undefined = first;
  let isReaderGone = false;
  return respond(
    new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          try {
            const { bytes, isLast } = chunk ?? (await readChunk(pieces));
            chunk = undefined;
            if (isReaderGone) return;
            if (bytes.length > 0) controller.enqueue(bytes);
            if (isLast) controller.close();
          } catch (error) {
            c.var.log.error({ err: error }, 'answer cut off');
            throw error;
          }
        },
        async cancel() {
          isReaderGone = true;
          await pieces.return(undefined);
        },
      },
      // Nothing is read ahead, so that a failure always meets a reader that waits for it.
      { highWaterMark: 0 },
    ),
  );
}

interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isLast: boolean;
}

async function readChunk(pieces: AsyncGenerator<string | Uint8Array<ArrayBuffer>>): Promise<Chunk> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length < CHUNK_BYTES) {
    const piece = await pieces.next();
    if (piece.done) return { bytes: join(parts), isLast: true };
    const part = typeof piece.value === 'string' ? Buffer.from(piece.value) : piece.value;
    parts.push(part);
    length += part.length;
  }
  return { bytes: join(parts), isLast: false };
}

function join(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
}
