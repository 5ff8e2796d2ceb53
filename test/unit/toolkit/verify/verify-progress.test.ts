import { expect, it } from 'vitest';
import { verifyProgress } from '../../../../src/toolkit/verify/verify-progress.ts';

it('says nothing of what is quick, then how far it is, how fast, and what is left', () => {
  const said: string[] = [];
  let nowMs = 0;
  const progress = verifyProgress(
    (line) => said.push(line),
    () => nowMs,
  );

  progress({ book: 'order log', done: 1_000, of: 40_000 });
  nowMs = 1_000;
  progress({ book: 'order log', done: 9_000, of: 40_000 });
  nowMs = 2_000;
  progress({ book: 'order log', done: 20_000, of: 40_000 });
  nowMs = 2_500;
  progress({ book: 'history', done: 1, of: null });
  nowMs = 4_500;
  progress({ book: 'history', done: 3_000, of: null });

  expect(said).toEqual([
    'reading the order log: 20,000 of 40,000 (10,000/s, 2 s left)',
    'reading the history: 3,000 (1,500/s)',
  ]);
});

it('says what is waited for while it takes long', () => {
  const said: string[] = [];
  let nowMs = 0;
  const progress = verifyProgress(
    (line) => said.push(line),
    () => nowMs,
  );

  for (nowMs = 0; nowMs <= 4_500; nowMs += 500) progress({ waitingFor: 'in the outbox of night: 3 holds' });
  progress({ book: 'order log', done: 1, of: 1 });

  expect(said).toEqual(Array.from({ length: 2 }, () => 'waiting: in the outbox of night: 3 holds'));
});
