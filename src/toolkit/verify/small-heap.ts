import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's nursery from growing (its flag is read at each collection). What is streamed dies at once, so a large nursery
 * only collects garbage: over a sale of a million orders the resident set was 305 MB instead of 360 MB, for a quarter more
 * processor time (Node 24.21, measured). For a process that verifies and then ends.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
