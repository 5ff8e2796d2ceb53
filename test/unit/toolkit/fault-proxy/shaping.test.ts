import { expect, test } from 'vitest';
import { bandwidth } from '../../../../src/toolkit/fault-proxy/faults/bandwidth.ts';
import { clearLane } from '../../../../src/toolkit/fault-proxy/faults/effect.ts';
import { slicer } from '../../../../src/toolkit/fault-proxy/faults/slicer.ts';

test('a bandwidth is kept by the pause behind each piece, whatever the piece has', () => {
  const { request } = bandwidth({ kind: 'bandwidth', bytesPerSecond: 10_000 });

  expect(request.pieceBytes(() => 0)).toBe(500);
  expect(request.gapMs(500)).toBe(50);
  expect(request.gapMs(1)).toBe(0.1);
});

test('a line of less than a byte in 50 ms still carries one at a time', () => {
  const { request } = bandwidth({ kind: 'bandwidth', bytesPerSecond: 2 });

  expect(request.pieceBytes(() => 0)).toBe(1);
  expect(request.gapMs(1)).toBe(500);
});

test('a fault of one direction leaves the other one alone', () => {
  expect(bandwidth({ kind: 'bandwidth', bytesPerSecond: 1, direction: 'answer' }).request).toBe(clearLane);
  expect(bandwidth({ kind: 'bandwidth', bytesPerSecond: 1, direction: 'request' }).answer).toBe(clearLane);
});

test('pieces vary around their size, and are never empty', () => {
  const drawn = (chance: number) =>
    slicer({ kind: 'slicer', sizeBytes: 10, variationBytes: 20 }).request.pieceBytes(() => chance);

  expect([0, 0.5, 1].map(drawn)).toEqual([1, 10, 30]);
});
