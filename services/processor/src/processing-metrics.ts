import type { StoredAnswerRepository } from '@energy-data-service/db';
import { PostponedError, type Source } from '@energy-data-service/domain';
import { Counter, Histogram, type Registry } from 'prom-client';

/** What reading an answer may fail at. */
const STAGES = ['parse', 'write'] as const;
type Stage = (typeof STAGES)[number];

/** `repeated`: it says the same as the one before it, and was not read. */
const ANSWER_OUTCOMES = ['data', 'no_data', 'repeated'] as const;
const POINT_CHANGES = ['new', 'revised', 'unchanged'] as const;

const BUCKETS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export type ProcessingMetrics = ReturnType<typeof createProcessingMetrics>;

/** Metrics of the answers that this process reads and writes. */
export function createProcessingMetrics(registry: Registry) {
  const registers = [registry];
  const parse = new Histogram({
    name: 'energy_data_parse_duration_seconds',
    help: 'Time to decode an answer',
    labelNames: ['dataset'],
    buckets: BUCKETS,
    registers,
  });
  const write = new Histogram({
    name: 'energy_data_write_duration_seconds',
    help: 'Time to write what an answer says',
    labelNames: ['dataset'],
    buckets: BUCKETS,
    registers,
  });
  const points = new Counter({
    name: 'energy_data_points_total',
    help: 'Points of answers that were read, by what they changed',
    labelNames: ['dataset', 'change'],
    registers,
  });
  const answers = new Counter({
    name: 'energy_data_answers_total',
    help: 'Answers that were processed, by what they said',
    labelNames: ['dataset', 'outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'energy_data_processing_failures_total',
    help: 'Attempts at processing an answer that failed, by what they failed at',
    labelNames: ['dataset', 'stage'],
    registers,
  });

  /** Counts a failure and passes it on. Who has to wait has not failed. */
  function failedAt(stage: Stage, dataset: string): (error: unknown) => never {
    return (error) => {
      if (!(error instanceof PostponedError)) failures.inc({ dataset, stage });
      throw error;
    };
  }

  return {
    /** A dataset's series are there from the start, with zeros, so that a first answer or failure is seen as a change. */
    addDataset(dataset: string): void {
      parse.zero({ dataset });
      write.zero({ dataset });
      for (const change of POINT_CHANGES) points.inc({ dataset, change }, 0);
      for (const outcome of ANSWER_OUTCOMES) answers.inc({ dataset, outcome }, 0);
      for (const stage of STAGES) failures.inc({ dataset, stage }, 0);
    },

    /** The source, with its decoding measured. */
    measureParsing(source: Source): Source {
      return {
        ...source,
        parse(request, body) {
          const { dataset } = request;
          const endTimer = parse.startTimer({ dataset });
          try {
            return source.parse(request, body);
          } catch (error) {
            return failedAt('parse', dataset)(error);
          } finally {
            endTimer();
          }
        },
      };
    },

    /** The repository, with what it writes counted and measured. */
    measureWriting(storedAnswers: StoredAnswerRepository): StoredAnswerRepository {
      return {
        async store(payload, answer) {
          const { dataset } = payload.request;
          const endTimer = write.startTimer({ dataset });
          const changes = await storedAnswers
            .store(payload, answer)
            .catch(failedAt('write', dataset))
            .finally(endTimer);
          if (changes === null) return null;
          for (const change of POINT_CHANGES) points.inc({ dataset, change }, changes[change]);
          answers.inc({ dataset, outcome: answer.outcome === 'data' ? 'data' : 'no_data' });
          return changes;
        },
        async storeRepeated(payload) {
          const { dataset } = payload.request;
          const isRepeated = await storedAnswers.storeRepeated(payload).catch(failedAt('write', dataset));
          if (isRepeated) answers.inc({ dataset, outcome: 'repeated' });
          return isRepeated;
        },
      };
    },
  };
}
