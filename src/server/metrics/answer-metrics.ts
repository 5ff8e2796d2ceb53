import { Latencies } from './latencies.ts';

/** Counts the answers of one route, by outcome. */
export interface RouteMeter {
  readonly route: string;
  record(outcome: string, ms: number): void;
}

/** One line of what was answered. */
export interface AnswerFigures {
  readonly route: string;
  readonly outcome: string;
  readonly latencies: Latencies;
}

/** All answers of this server by route and outcome. Bounded: routes and outcomes are names in this program's text. */
export class AnswerMetrics {
  readonly #byRoute = new Map<string, Map<string, Latencies>>();

  meter(route: string): RouteMeter {
    const byOutcome = this.#byRoute.get(route) ?? new Map<string, Latencies>();
    this.#byRoute.set(route, byOutcome);
    return {
      route,
      record(outcome, ms) {
        let latencies = byOutcome.get(outcome);
        if (latencies === undefined) {
          latencies = new Latencies();
          byOutcome.set(outcome, latencies);
        }
        latencies.record(ms);
      },
    };
  }

  /** To be called once a second, for the rates. */
  tick(): void {
    for (const { latencies } of this.figures()) latencies.tick();
  }

  *figures(): Generator<AnswerFigures> {
    for (const [route, byOutcome] of this.#byRoute) {
      for (const [outcome, latencies] of byOutcome) yield { route, outcome, latencies };
    }
  }
}
