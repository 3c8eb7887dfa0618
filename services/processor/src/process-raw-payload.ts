import type { RawPayload, RawPayloadRepository, StoredAnswerRepository } from '@energy-data-service/db';
import { describeError, PermanentError, type Source } from '@energy-data-service/domain';
import type { JobHandler, RawPayloadJob } from '@energy-data-service/queue';
import { getSource } from '@energy-data-service/sources';

interface Dependencies {
  readonly sources: readonly Source[];
  readonly rawPayloads: Pick<RawPayloadRepository, 'find' | 'body' | 'fail'>;
  readonly storedAnswers: StoredAnswerRepository;
}

/** Reads a stored answer and writes what it says. One that repeats the last is not read. */
export function processRawPayload({
  sources,
  rawPayloads,
  storedAnswers,
}: Dependencies): JobHandler<RawPayloadJob, RawPayload | undefined> {
  return {
    begin: ({ rawPayloadId }) => rawPayloads.find(rawPayloadId),

    async handle({ rawPayloadId }, { log }, payload) {
      if (payload === undefined) throw new PermanentError('raw payload does not exist', { rawPayloadId });
      if (payload.isProcessed || (await storedAnswers.storeRepeated(payload))) {
        log.info({ rawPayloadId }, 'nothing new');
        return;
      }
      const source = getSource(sources, payload.request.source);
      const answer = source.parse(payload.request, await rawPayloads.body(payload.bodyId));
      const changes = await storedAnswers.store(payload, answer);
      log.info({ rawPayloadId, outcome: answer.outcome, ...changes }, 'answer processed');
      if (answer.problems.length > 0) {
        log.warn({ rawPayloadId, problems: answer.problems }, 'the answer has faults');
      }
    },

    async giveUp({ rawPayloadId }, error) {
      await rawPayloads.fail(rawPayloadId, describeError(error));
    },
  };
}
