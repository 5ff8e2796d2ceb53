import { FluxError } from '../../engine/domain/flux-error.ts';

/** Runs `work`. @throws FluxError `order_log_unreachable` for whatever Kafka or the network said; FluxErrors as they are */
export async function reachable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw unreachable(error);
  }
}

export function unreachable(error: unknown): FluxError {
  if (error instanceof FluxError) return error;
  return new FluxError('order_log_unreachable', `The order log in Kafka cannot be used: ${deepest(error)}`, {
    hint: 'fluxgate stack status',
    cause: error,
  });
}

/** kafkajs wraps: "Number of retries exceeded" tells nobody that the password is wrong. */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? deepest(error.cause) : error.message;
}
