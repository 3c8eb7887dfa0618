/** Questions of one key: the answer that is being asked for, and the one after it where somebody waits for that. */
interface Round<Answer> {
  readonly current: Promise<Answer>;
  next: Promise<Answer> | null;
}

/**
 * Asks once for all equal questions that come while one of them is being answered. They get the next answer, which is
 * asked for when that one is there: so nobody is told anything older than their question.
 *
 * @param keyOf - the same for questions that have the same answer
 */
export function shareAnswers<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  keyOf: (question: Question) => string,
): (question: Question) => Promise<Answer> {
  const rounds = new Map<string, Round<Answer>>();

  function begin(key: string, question: Question): Promise<Answer> {
    const round: Round<Answer> = { current: ask(question), next: null };
    rounds.set(key, round);
    const end = () => {
      if (round.next === null) rounds.delete(key);
    };
    round.current.then(end, end);
    return round.current;
  }

  return (question) => {
    const key = keyOf(question);
    const round = rounds.get(key);
    if (round === undefined) return begin(key, question);
    const beginNext = () => begin(key, question);
    // Whoever asked before is told of a failure; the next may succeed.
    round.next ??= round.current.then(beginNext, beginNext);
    return round.next;
  };
}
