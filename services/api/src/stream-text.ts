import type { Context, TypedResponse } from 'hono';
import type { ApiEnv } from './api-env.ts';

/** Pieces are joined to at least so many characters before they are sent. */
const CHUNK_CHARACTERS = 65_536;

/** Fits every route: that the text has the shape of the route's schema is for tests to show. */
// biome-ignore lint/suspicious/noExplicitAny: the type system does not see into the text.
type AnyResponse = Response & TypedResponse<any, 200, 'json'>;

/**
 * Answers with text that is produced while it is sent, and no faster. What fails before the first piece is an
 * ordinary error; later the connection is cut, so that nobody takes a part for the whole. When the client goes
 * away, nothing more is produced.
 */
export async function streamText(
  c: Context<ApiEnv>,
  contentType: string,
  pieces: AsyncGenerator<string>,
): Promise<AnyResponse> {
  const respond = (body: ReadableStream<Uint8Array<ArrayBuffer>> | '') =>
    c.body(body, 200, { 'content-type': contentType }) as unknown as AnyResponse;
  if (c.req.method === 'HEAD') return respond('');

  let next = await pieces.next();
  let isReaderGone = false;
  return respond(
    new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          try {
            let text = '';
            while (!next.done && !isReaderGone && text.length < CHUNK_CHARACTERS) {
              text += next.value;
              next = await pieces.next();
            }
            if (isReaderGone) return;
            if (text !== '') controller.enqueue(Buffer.from(text));
            if (next.done) controller.close();
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
