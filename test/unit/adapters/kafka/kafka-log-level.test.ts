import { createRequire } from 'node:module';
import { type KafkaJSProtocolError, logLevel } from 'kafkajs';
import { expect, it } from 'vitest';
import { kafkaLogLevel } from '../../../../src/adapters/kafka/kafka-log-level.ts';

const errors: { createErrorFromCode(code: number): KafkaJSProtocolError } = createRequire(import.meta.url)(
  'kafkajs/src/protocol/error.js',
);

it.each([
  [15, 'a group whose coordinator is not there yet'],
  [14, 'one that is loading'],
  [16, 'one that has moved'],
  [5, 'a partition between two leaders'],
  [27, 'a group that gives its partitions out anew'],
])('does not alarm anybody with code %d: %s', (code) => {
  expect(kafkaLogLevel(logLevel.ERROR, { error: errors.createErrorFromCode(code).message }, 'Response')).toBe('info');
});

it('says a reader that ended by one of these no louder', () => {
  const { name, message } = errors.createErrorFromCode(14);
  expect(kafkaLogLevel(logLevel.ERROR, {}, `Crash: ${name}: ${message}`)).toBe('info');
});

it.each([
  [29, 'rights that are missing'],
  [10, 'a record that is too large'],
  [19, 'too few copies'],
])('leaves code %d as loud as it is: %s', (code) => {
  expect(kafkaLogLevel(logLevel.ERROR, { error: errors.createErrorFromCode(code).message }, 'Response')).toBe('error');
});

it('leaves warnings, and errors without an answer of a broker, as they are', () => {
  expect(kafkaLogLevel(logLevel.WARN, {}, 'slow')).toBe('warn');
  expect(kafkaLogLevel(logLevel.ERROR, {}, 'Crash: KafkaJSError: broken')).toBe('error');
});
