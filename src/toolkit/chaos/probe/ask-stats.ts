import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** What experiments read of GET /stats. */
const statsShape = Type.Object({
  controller: Type.Union([Type.Object({ holder: Type.String() }), Type.Null()]),
  lag: Type.Union([Type.Array(Type.Object({ lag: Type.String() })), Type.Null()]),
  sales: Type.Array(
    Type.Object({
      saleId: Type.String(),
      gate: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ total: Type.Number(), free: Type.Number() })),
          outbox: Type.Number(),
        }),
        Type.Null(),
      ]),
      ledger: Type.Union([
        Type.Object({
          products: Type.Array(Type.Object({ total: Type.Number(), held: Type.Number(), sold: Type.Number() })),
          holds: Type.Object({ overdue: Type.Number() }),
        }),
        Type.Null(),
      ]),
    }),
  ),
});
export type StatsAnswer = Type.Static<typeof statsShape>;

/** A server that lives answers this at once; one that is asked while others hang takes up to two seconds. */
const answerMs = 3_000;

/** GET /stats of a server; null where it does not answer, or not as we know it. */
export async function askStats(url: string): Promise<StatsAnswer | null> {
  try {
    const answer = await fetch(`${url}/stats`, { signal: AbortSignal.timeout(answerMs) });
    const said: unknown = await answer.json();
    return answer.ok && Value.Check(statsShape, said) ? said : null;
  } catch {
    return null;
  }
}
