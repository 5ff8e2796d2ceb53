import type { SaleView } from './ledger-facts.ts';
import { opennessAt, type SaleConfig } from './sale.ts';
import type { Instant } from './time.ts';

/** How long the order log keeps a record, and the setting that says so. */
export interface LogRetention {
  readonly hours: number;
  readonly setting: string;
}

type Window = Pick<SaleConfig, 'state' | 'opensAt' | 'closesAt' | 'confirmation' | 'holdSeconds'>;

const hourMs = 3_600_000;
/** A day: whoever has to run `verify` after a sale that closed at night comes in the morning. */
const inspectionHours = 24;

/**
 * For how many hours the log has to keep the sale's first order: from its opening to a day after its last hold. Null where
 * the sale is over, or has no end to reckon with. One that is opened by hand (no `opensAt`) begins now.
 */
export function hoursToKeep(sale: Window, now: Instant): number | null {
  if (sale.closesAt === null || opennessAt(sale, now).kind === 'closed') return null;
  const heldMs = sale.confirmation === 'explicit' ? sale.holdSeconds * 1_000 : 0;
  return Math.ceil((sale.closesAt - (sale.opensAt ?? now) + heldMs) / hourMs) + inspectionHours;
}

/** Why the log would lose orders of this sale too early, as sentences; null where it keeps them. */
export function whyLogForgets(sale: Window, kept: LogRetention, now: Instant): string | null {
  const hours = hoursToKeep(sale, now);
  if (hours === null || hours <= kept.hours) return null;
  return (
    `From its opening to a day after its last hold this sale takes ${hours} h, but the order log keeps orders for ${kept.hours} h. ` +
    `Set ${kept.setting} to at least ${hours} for every server and worker and start them again, or let the sale close earlier.`
  );
}

/** The sale whose orders the log has to keep longest, where that is longer than it does. */
export function longestForgotten(
  sales: readonly Pick<SaleView, 'config'>[],
  kept: LogRetention,
  now: Instant,
): { readonly saleId: string; readonly hours: number } | null {
  const needs = sales.map(({ config }) => ({ saleId: config.saleId, hours: hoursToKeep(config, now) ?? 0 }));
  const [longest] = needs.sort((a, b) => b.hours - a.hours);
  return longest !== undefined && longest.hours > kept.hours ? longest : null;
}
