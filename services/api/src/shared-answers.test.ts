import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareAnswers } from './shared-answers.ts';

const keyOf = (question: string) => question;

/** Answers when it is told to. */
function answeredByHand() {
  const asked: { question: string; answer: PromiseWithResolvers<string> }[] = [];
  const ask = (question: string) => {
    const answer = Promise.withResolvers<string>();
    asked.push({ question, answer });
    return answer.promise;
  };
  return { ask, asked };
}

describe('shared answers', () => {
  it('are asked for once for all that come while an equal question is under way, and not before it is answered', async () => {
    const { ask, asked } = answeredByHand();
    const shared = shareAnswers(ask, keyOf);
    const first = shared('a');
    const others = [shared('a'), shared('a'), shared('a')];
    expect(asked).toHaveLength(1);
    asked[0]?.answer.resolve('1');
    expect(await first).toBe('1');
    await Promise.resolve();
    expect(asked).toHaveLength(2);
    asked[1]?.answer.resolve('2');
    expect(await Promise.all(others)).toEqual(['2', '2', '2']);
    void shared('a');
    expect(asked).toHaveLength(3);
  });

  it('are not waited for by other questions', () => {
    const { ask, asked } = answeredByHand();
    const shared = shareAnswers(ask, keyOf);
    void shared('a');
    void shared('b');
    expect(asked.map(({ question }) => question)).toEqual(['a', 'b']);
  });

  it('fail for those who share them, and for nobody after', async () => {
    const { ask, asked } = answeredByHand();
    const shared = shareAnswers(ask, keyOf);
    const first = shared('a');
    const second = shared('a');
    asked[0]?.answer.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    asked[1]?.answer.resolve('2');
    expect(await second).toBe('2');
  });

  it('are never older than the question, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 12 }),
        async (scheduler, questions) => {
          let version = 0;
          const shared = shareAnswers(async (question) => {
            const seen = `${question} ${version}`;
            await scheduler.schedule(Promise.resolve());
            return seen;
          }, keyOf);
          const told = questions.map(async (question) => {
            await scheduler.schedule(Promise.resolve());
            version++;
            const askedAt = version;
            const [key, seen] = (await shared(question)).split(' ');
            expect(key).toBe(question);
            expect(Number(seen)).toBeGreaterThanOrEqual(askedAt);
          });
          await scheduler.waitFor(Promise.all(told));
        },
      ),
    );
  });
});
