import { expect, test } from 'vitest';
import { FluxError } from '../../../../src/engine/domain/flux-error.ts';
import { errorDocument, errorLines, shownError } from '../../../../src/toolkit/command/shown-error.ts';

const context = { helpCommand: 'fluxgate sale show' };

test('a fault says what happened, why, and the next command to type', () => {
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:5432');
  const error = new FluxError('ledger_unreachable', 'PostgreSQL did not answer', {
    hint: 'fluxgate doctor',
    cause: new Error('no connection', { cause: refused }),
  });

  const shown = shownError(error, context);

  expect(shown.exitCode).toBe(24);
  expect(errorLines(shown)).toEqual([
    'Error: PostgreSQL did not answer',
    '  because no connection',
    '  because connect ECONNREFUSED 127.0.0.1:5432',
    '  Try: fluxgate doctor',
  ]);
});

test('what the message says already is not said again as its cause', () => {
  const cause = new Error('Connection error: connect ECONNREFUSED 127.0.0.1:9092', {
    cause: new Error('connect ECONNREFUSED 127.0.0.1:9092'),
  });
  const shown = shownError(new FluxError('order_log_unreachable', `Kafka: ${cause.message}`, { cause }), context);

  expect(errorLines(shown)).toEqual(['Error: Kafka: Connection error: connect ECONNREFUSED 127.0.0.1:9092']);
  expect(errorDocument(shown).error.message).toBe('Kafka: Connection error: connect ECONNREFUSED 127.0.0.1:9092');
});

test('the document of a fault has code, message and hint', () => {
  const shown = shownError(new FluxError('sale_invalid', 'no such state', { cause: 'text' }), context);

  expect(errorDocument(shown)).toEqual({ error: { code: 'sale_invalid', message: 'no such state: text' } });
});

test('a usage error without a hint names the help of its command', () => {
  expect(shownError(new FluxError('usage', 'no'), context).hint).toBe('fluxgate sale show --help');
});

test.each([new TypeError('x is not a function'), 'a text that was thrown', undefined])(
  '%s is a fault of ours',
  (thrown) => {
    const shown = shownError(thrown, context);

    expect(shown).toMatchObject({ code: 'fault', exitCode: 1 });
    expect(shown.message).toMatch(/^something in fluxgate broke: /);
  },
);

test('causes that go round in circles are not followed for ever', () => {
  const first = new Error('first');
  first.cause = new Error('second', { cause: first });

  expect(shownError(new FluxError('fault', 'x', { cause: first }), context).because).toEqual(['first', 'second']);
});
