import type { DeadLetter } from '../../engine/domain/ledger-facts.ts';
import { isoOf } from '../../engine/domain/time.ts';
import { alignedTable } from '../command/aligned-table.ts';

/** All letters, one a line. */
export function lettersText(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'There are no dead letters.';
  return alignedTable(
    ['id', 'stored', 'place', 'order', 'reason'],
    letters.map((letter) => [
      String(letter.id),
      isoOf(letter.storedAt),
      placeOf(letter),
      letter.orderId ?? '-',
      letter.reason,
    ]),
    { right: ['id'] },
  );
}

/** Bytes shown in a terminal: more of them is what --json is for. */
const shownBytes = 512;

/** One letter, with the beginning of its bytes as hex and text. */
export function letterText(letter: DeadLetter): string {
  const facts = [
    ['letter', String(letter.id)],
    ['stored', isoOf(letter.storedAt)],
    ['place', placeOf(letter)],
    ['order', letter.orderId ?? '-'],
    ['sale', letter.saleId ?? '-'],
    ['reason', letter.reason],
    ['size', `${letter.bytes.length} bytes`],
  ].map(([name = '', value = '']) => `${`${name}:`.padEnd(9)}${value}`);
  return [...facts, '', ...hexLines(letter.bytes.subarray(0, shownBytes))].join('\n');
}

/** The letter for `--json`, without its bytes. */
export function letterDocument(letter: DeadLetter) {
  const { id, partition, offset, orderId, saleId, reason, storedAt } = letter;
  return { id, partition, offset, orderId, saleId, reason, storedAt: isoOf(storedAt), sizeBytes: letter.bytes.length };
}

function placeOf({ partition, offset }: DeadLetter): string {
  return `partition ${partition}, offset ${offset}`;
}

function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines;
}
