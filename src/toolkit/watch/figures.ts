import { count } from '../demo/demo-text.ts';

/** A time span in the largest unit that says it: 0.4 s, 12 s, 3 min, 2 h. */
export function span(spanMs: number): string {
  if (spanMs < 950) return `${(Math.max(0, spanMs) / 1_000).toFixed(1)} s`;
  if (spanMs < 59_500) return `${Math.round(spanMs / 1_000)} s`;
  if (spanMs < 3_570_000) return `${Math.round(spanMs / 60_000)} min`;
  return `${(spanMs / 3_600_000).toFixed(1)} h`;
}

/** The time of day in UTC, as logs have it. */
export function timeOfDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

/** A rate with as many digits as one reads. */
export function rate(perSecond: number): string {
  return `${perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : count(perSecond)}/s`;
}

export function megabytes(bytes: number): string {
  return `${count(bytes / 1_048_576)} MB`;
}

/** `text` in `width` columns: cut with an ellipsis, or filled. */
export function column(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text.padEnd(width);
}
