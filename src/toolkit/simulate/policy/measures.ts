import type { Unit } from '../../plot/plot-shape.ts';

/** One figure of a sale. No figure is better high or low by itself: whoever asks knows what he wants. */
export interface Measure {
  readonly key: MeasureKey;
  /** As the table calls it, without its unit. */
  readonly name: string;
  readonly unit: Extract<Unit, 'seconds' | 'perSecond' | 'share'> | 'tau' | 'number';
  /** What exactly is counted; stands below the table of the page, and in docs/simulation-policy.md. */
  readonly meaning: string;
}

export const measureKeys = [
  ...(['sellOutSeconds', 'goodputPerSecond', 'unitsSold', 'fairness', 'firstCome'] as const),
  ...(['yesP50Seconds', 'yesP95Seconds', 'noP50Seconds', 'noP95Seconds', 'unanswered', 'paidTooLate'] as const),
  'requestsPerBuyer',
] as const;
export type MeasureKey = (typeof measureKeys)[number];

/** Null where a sale has nothing to measure it by: a sale that did not sell out has no moment when it did. */
export type Measured = Readonly<Record<MeasureKey, number | null>>;

const meanings: Readonly<Record<MeasureKey, Omit<Measure, 'key'>>> = {
  sellOutSeconds: {
    name: 'sold out after',
    unit: 'seconds',
    meaning:
      'From the start of the arrivals to the order that took the last unit for good: one that was cancelled, or whose hold ran out, does not count. Of those sales that sold out.',
  },
  goodputPerSecond: {
    name: 'goodput',
    unit: 'perSecond',
    meaning:
      'Accepted orders that stayed, a second, until the last of them. Of a sale that did not sell out only beside its stock sold: whoever sells little at once and then nothing has much of it.',
  },
  unitsSold: { name: 'stock sold', unit: 'share', meaning: 'Units of orders that stayed, as a part of the stock.' },
  fairness: {
    name: 'fairness, tau-b',
    unit: 'tau',
    meaning:
      "Kendall's tau-b of order of arrival against order of the first yes, of all buyers; those who never heard yes tie at the end. 0 is a lottery. Because of these ties even strict order stays below 1.",
  },
  firstCome: {
    name: 'fairness, of highest',
    unit: 'share',
    meaning: 'The same as a part of what a sale of as many winners has that is strictly first come, first served.',
  },
  yesP50Seconds: {
    name: 'wait for yes, p50',
    unit: 'seconds',
    meaning: 'From arrival to the first yes, of those who heard one.',
  },
  yesP95Seconds: { name: 'wait for yes, p95', unit: 'seconds', meaning: 'The same, of the slowest in twenty.' },
  noP50Seconds: {
    name: 'wait for no, p50',
    unit: 'seconds',
    meaning: 'From arrival to the last no (sold out, over the limit), of those who never heard yes.',
  },
  noP95Seconds: { name: 'wait for no, p95', unit: 'seconds', meaning: 'The same, of the slowest in twenty.' },
  unanswered: {
    name: 'never answered',
    unit: 'share',
    meaning: 'Buyers who heard nothing but unknown, rebuilding, overloaded, or no answer at all.',
  },
  paidTooLate: {
    name: 'paid too late',
    unit: 'share',
    meaning: 'Of the orders that their buyers came to confirm: those whose hold had run out by then.',
  },
  requestsPerBuyer: {
    name: 'requests a buyer',
    unit: 'number',
    meaning: 'Orders, tickets, looks at tickets, confirmations and cancellations: what the servers work for one buyer.',
  },
};

export const measures: readonly Measure[] = measureKeys.map((key) => ({ key, ...meanings[key] }));
