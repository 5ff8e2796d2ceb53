import type { StatsSeen } from './sighting.ts';

/** What buyers heard, in the four classes that an operator tells apart at a glance. */
export const answerClasses = ['accepted', 'refused', 'waiting', 'unclear'] as const;
export type AnswerClass = (typeof answerClasses)[number];
export type ByClass = Readonly<Record<AnswerClass, number>>;

export const noAnswers: ByClass = { accepted: 0, refused: 0, waiting: 0, unclear: 0 };

const orderRoute = 'POST /order';

/** Outcomes of POST /order (docs/http.md); every other one is a refusal. A repeated key was counted when it was new. */
const classOf: Readonly<Record<string, AnswerClass | null>> = {
  accepted: 'accepted',
  duplicate: null,
  not_admitted: 'waiting',
  unknown: 'unclear',
  rebuilding: 'unclear',
  overloaded: 'unclear',
};

export function answerClassOf(outcome: string): AnswerClass | null {
  const known = classOf[outcome];
  return known === undefined ? 'refused' : known;
}

/** Answers to orders since the server's start, by class. */
export function countAnswers(stats: StatsSeen): ByClass {
  const counts = { ...noAnswers };
  for (const { route, outcome, count } of stats.http.answers) {
    const answerClass = route === orderRoute ? answerClassOf(outcome) : null;
    if (answerClass !== null) counts[answerClass] += count;
  }
  return counts;
}

export function mapClasses(make: (answerClass: AnswerClass) => number): ByClass {
  return {
    accepted: make('accepted'),
    refused: make('refused'),
    waiting: make('waiting'),
    unclear: make('unclear'),
  };
}
