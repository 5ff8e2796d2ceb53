import { FluxError } from '../../engine/domain/flux-error.ts';
import { adviceFor } from './kafka-advice.ts';

/** Runs `work`. @throws FluxError `order_log_unreachable` for whatever Kafka or the network said; FluxErrors as they are */
export async function reachable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw unreachable(error);
  }
}

/** What went wrong, in Kafka's words, with the setting that would mend it as the hint. */
export function unreachable(error: unknown): FluxError {
  if (error instanceof FluxError) return error;
  const said = deepest(error);
  const message = said instanceof Error ? said.message : String(said);
  return new FluxError('order_log_unreachable', `The order log in Kafka cannot be used: ${message}`, {
    hint: adviceFor(said),
    cause: error,
  });
}

/** kafkajs wraps: "Number of retries exceeded" or "Topic creation errors" tell nobody what to change. */
function deepest(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof Error) return deepest(error.cause);
  const [first]: readonly unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return first instanceof Error ? deepest(first) : error;
}

/** Whether kafkajs would try again: Kafka or one of its brokers is away, in an election, or full. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'KafkaJSNumberOfRetriesExceeded') return true;
  if (error.cause instanceof Error) return isPassing(error.cause);
  return 'retriable' in error && error.retriable === true;
}

/** Whether a broker that answered said that it cannot now: it leads the partition or the group no more, or not yet. */
export function isOfBroker(error: unknown): boolean {
  const said = deepest(error);
  return said instanceof Error && 'type' in said && 'retriable' in said && said.retriable === true;
}
