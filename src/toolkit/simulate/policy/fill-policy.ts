import type { KeyFault } from '../../file/file-kind.ts';
import { arrivalsOf, durationMsOf } from '../../load/arrival-schedule.ts';
import type { Scenario } from '../../load/scenario.ts';
import { type Policy, policyDefaults, type Variant } from './policy.ts';
import { type PolicyFile, policyLimits } from './policy-schema.ts';

/** Fills in defaults and checks what a schema cannot say. Does no reading: the crowd is given. */
export function fillPolicy(
  file: PolicyFile,
  crowd: Scenario,
):
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'faults'; readonly faults: readonly KeyFault[] } {
  const policy: Policy = {
    title: file.title,
    why: file.why ?? '',
    crowd: file.buyers?.confirm ? { ...crowd, sale: { ...crowd.sale, confirmation: 'explicit' } } : crowd,
    seeds: file.seeds ?? policyDefaults.seeds,
    hardStopSeconds: file.hardStopSeconds ?? Math.min(policyLimits.seconds, crowd.limits.hardStopSeconds),
    servers: { ...policyDefaults.servers, ...file.servers },
    confirm: file.buyers?.confirm ?? null,
    comeBack: file.buyers?.comeBack ?? null,
    variants: file.variants.map((variant) => fillVariant(variant, crowd)),
  };
  const faults = [...variantFaults(file), ...confirmFaults(file, crowd), ...crowdFaults(policy)];
  return faults.length === 0 ? { kind: 'policy', policy } : { kind: 'faults', faults };
}

function fillVariant(variant: PolicyFile['variants'][number], { sale }: Scenario): Variant {
  const { name, limitPerUser, stock, retryAfterSeconds } = variant;
  const quantities = sale.products.map(({ quantity }) => quantity);
  return {
    name,
    admissionRate: variant.admissionRate === undefined ? sale.admissionRate : variant.admissionRate,
    holdSeconds: variant.holdSeconds ?? policyDefaults.holdSeconds,
    limits: sale.products.map((product) => limitPerUser ?? product.limitPerUser),
    stock: stock === undefined ? quantities : sharedAs(quantities, stock),
    retryAfterSeconds: retryAfterSeconds ?? null,
  };
}

/** `total` in the proportions of `parts`, in whole units: what is left over goes to those who lost most by rounding down. */
function sharedAs(parts: readonly number[], total: number): readonly number[] {
  const sum = parts.reduce((all, each) => all + each, 0);
  const exact = parts.map((each) => (sum === 0 ? total / parts.length : (total * each) / sum));
  const whole = exact.map(Math.floor);
  const left = total - whole.reduce((all, each) => all + each, 0);
  const byLoss = exact.map((each, nth) => ({ nth, lost: each % 1 })).sort((a, b) => b.lost - a.lost || a.nth - b.nth);
  for (const { nth } of byLoss.slice(0, left)) whole[nth] = (whole[nth] ?? 0) + 1;
  return whole;
}

function variantFaults({ variants }: PolicyFile): KeyFault[] {
  const faults: KeyFault[] = [];
  const seen = new Map<string, string>();
  const names = new Set<string>();
  for (const [n, { name, ...rest }] of variants.entries()) {
    if (names.has(name)) faults.push({ path: ['variants', n, 'name'], what: `"${name}" stands here twice` });
    names.add(name);
    const says = JSON.stringify(Object.entries(rest).sort());
    const other = seen.get(says);
    if (other !== undefined) faults.push({ path: ['variants', n], what: `differs in nothing from "${other}"` });
    else seen.set(says, name);
  }
  return faults;
}

/** A setting that nobody follows is a mistake in the file. */
function confirmFaults({ buyers, variants }: PolicyFile, crowd: Scenario): KeyFault[] {
  const confirm = buyers?.confirm;
  if (confirm !== undefined) {
    return confirm.toSeconds < confirm.fromSeconds
      ? [{ path: ['buyers', 'confirm', 'toSeconds'], what: 'is before fromSeconds' }]
      : [];
  }
  if (crowd.sale.confirmation === 'explicit')
    return [
      { path: ['crowd'], what: 'sells to those who confirm, and nobody does: say in buyers.confirm who, and how soon' },
    ];
  return variants.flatMap(({ holdSeconds }, n) =>
    holdSeconds === undefined
      ? []
      : [{ path: ['variants', n, 'holdSeconds'], what: 'nobody waits for a confirmation: give buyers.confirm' }],
  );
}

function crowdFaults({ crowd, hardStopSeconds }: Policy): KeyFault[] {
  const planned = Math.round(arrivalsOf(crowd.arrivals));
  const faults: KeyFault[] = [];
  if (planned > policyLimits.arrivals)
    faults.push({
      path: ['crowd'],
      what: `plans ${planned.toLocaleString('en')} arrivals; a simulated sale takes ${policyLimits.arrivals.toLocaleString('en')}: name a smaller crowd, with as much less stock`,
    });
  if (hardStopSeconds * 1_000 < durationMsOf(crowd.arrivals))
    faults.push({ path: ['hardStopSeconds'], what: 'is before the last arrival' });
  return faults;
}
