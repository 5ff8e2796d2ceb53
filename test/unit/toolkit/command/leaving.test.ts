import { afterEach, expect, test, vi } from 'vitest';
import { Leaving } from '../../../../src/toolkit/command/leaving.ts';

const leavings: Leaving[] = [];
afterEach(() => {
  for (const leaving of leavings.splice(0)) leaving.ignoreSignals();
});

function watch() {
  const exits: number[] = [];
  const said: string[] = [];
  const steps: string[] = [];
  const leaving = new Leaving({ exit: (code) => exits.push(code), say: (line) => said.push(line) });
  leaving.watchSignals();
  leavings.push(leaving);
  return { leaving, exits, said, steps };
}

test('the first Ctrl-C undoes newest first, closes what is open, and ends with 130', async () => {
  const { leaving, exits, steps } = watch();
  leaving.atEnd(() => steps.push('close'));
  leaving.onInterrupt(() => steps.push('undo first'));
  leaving.onInterrupt(async () => steps.push('undo second'));

  process.emit('SIGINT');

  await vi.waitFor(() => expect(exits).toEqual([130]));
  expect(steps).toEqual(['undo second', 'undo first', 'close']);
  expect(leaving.signal.aborted).toBe(true);
});

test('a second Ctrl-C leaves at once, whatever is still to be undone', async () => {
  const { leaving, exits } = watch();
  leaving.onInterrupt(() => new Promise(() => {}));

  process.emit('SIGINT');
  expect(exits).toEqual([]);
  process.emit('SIGINT');

  expect(exits).toEqual([130]);
});

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends with %i', async (signal, code) => {
  const { exits } = watch();

  process.emit(signal);

  await vi.waitFor(() => expect(exits).toEqual([code]));
});

test('an undo that fails is said, and keeps no other from running', async () => {
  const { leaving, exits, said, steps } = watch();
  leaving.onInterrupt(() => steps.push('other'));
  leaving.onInterrupt(() => {
    throw new Error('no such container');
  });

  process.emit('SIGINT');

  await vi.waitFor(() => expect(exits).toEqual([130]));
  expect(steps).toEqual(['other']);
  expect(said.join('\n')).toContain('no such container');
});

test('what belongs to the end runs once, also when the command ends by itself', async () => {
  const { leaving, steps } = watch();
  leaving.atEnd(() => steps.push('close'));

  await leaving.end();
  await leaving.end();

  expect(steps).toEqual(['close']);
});

test('undos do not run when nobody interrupts', async () => {
  const { leaving, steps } = watch();
  leaving.onInterrupt(() => steps.push('undo'));

  await leaving.end();

  expect(steps).toEqual([]);
});

test('a command that handles signals itself is left alone', () => {
  const { leaving, exits } = watch();
  process.once('SIGINT', () => {}); // the command's own

  leaving.ignoreSignals();
  process.emit('SIGINT');

  expect(exits).toEqual([]);
  expect(leaving.signal.aborted).toBe(false);
});

test('a signal on its way while signals are handed over is not lost', async () => {
  const { leaving, exits } = watch();
  const heard: string[] = [];
  const listener = (signal: string): void => void heard.push(signal);

  process.kill(process.pid, 'SIGHUP'); // Node tells of it in a later turn
  leaving.handOver(listener);

  await vi.waitFor(() => expect(heard).toEqual(['SIGHUP']));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, listener);
  expect(exits).toEqual([]);
});
