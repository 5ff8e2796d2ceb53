import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withHeartbeats } from '../../../../src/adapters/kafka/order-log-consumer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('goes on beating after the group began to rebalance, which it tells at the end', async () => {
  const rebalancing = new Error('The group is rebalancing, so a rejoin is needed');
  const heartbeat = vi.fn<() => Promise<void>>().mockResolvedValue();
  heartbeat.mockRejectedValueOnce(rebalancing).mockRejectedValueOnce(new Error('and another one'));

  const result = withHeartbeats(heartbeat, () => new Promise((done) => setTimeout(done, 50_000)));
  await vi.advanceTimersByTimeAsync(50_000);

  expect(await result).toBe(rebalancing);
  expect(heartbeat.mock.calls.length).toBeGreaterThan(10);
});
