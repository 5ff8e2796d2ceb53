import { logLevel } from 'kafkajs';

/** `info`: kafkajs calls it an error, and tries again or tells whoever asked; nobody has to do anything. */
export type KafkaLogLevel = 'error' | 'warn' | 'info';

/**
 * Kafka's words for what every first start and every change of leaders says. Where it does not pass, the call that needed it
 * fails with a fault of ours; the topic that two processes make at once is one of them.
 */
const passing: ReadonlySet<unknown> = new Set([
  'The group coordinator is not available',
  "The coordinator is loading and hence can't process requests for this group",
  'This is not the correct coordinator for this group',
  'There is no leader for this topic-partition as we are in the middle of a leadership election',
  'The group is rebalancing, so a rejoin is needed',
  'Topic creation errors',
]);

/** How a reader of kafkajs ends that met one of them while it came in; it is made anew. */
const crash = /^Crash: KafkaJS\w+: (.+)$/;

/** How loud a line of kafkajs is for an operator. `details.error` is what a broker answered. */
export function kafkaLogLevel(
  level: logLevel,
  details: Readonly<Record<string, unknown>>,
  message: string,
): KafkaLogLevel {
  if (passing.has(details.error) || passing.has(crash.exec(message)?.[1])) return 'info';
  return level <= logLevel.ERROR ? 'error' : 'warn';
}
