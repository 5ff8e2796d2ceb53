import { FluxError } from '../../engine/domain/flux-error.ts';
import { readScenario } from '../load/read-scenario.ts';
import type { ScenarioSale } from '../load/scenario.ts';
import { scenarioPath } from '../load/scenario-path.ts';
import type { SaleChanges } from './change-sale.ts';
import { priceFrom } from './sale-changes.ts';

/** The sale that a seed makes. */
export interface SeedPlan {
  readonly saleId: string;
  readonly changes: Pick<SaleChanges, 'admissionRate' | 'confirmation'>;
  readonly products: readonly {
    readonly productId: string;
    /** Free units. */
    readonly quantity: number;
    readonly limitPerUser?: number | null;
    readonly priceMinor?: number;
    readonly currency?: string;
  }[];
}

/** The sale of a scenario file, or of one that ships, by its name; `saleId` where the file names none. @throws FluxError `scenario_invalid` */
export async function seedFromFile(path: string, saleId: string): Promise<SeedPlan> {
  const { sale } = await readScenario(scenarioPath(path));
  return planOfSale(sale, sale.saleId ?? saleId);
}

/** A scenario's sale under the id `saleId`. */
export function planOfSale(sale: ScenarioSale, saleId: string): SeedPlan {
  return {
    saleId,
    changes: { admissionRate: sale.admissionRate, confirmation: sale.confirmation },
    products: sale.products.map(({ productId, quantity, limitPerUser, price }) => ({
      productId,
      quantity,
      limitPerUser,
      priceMinor: Number(price.minor), // bounded by the file's pattern to what a number holds
      currency: price.currency,
    })),
  };
}

/** One product by flags; what is not named keeps its value. @throws FluxError `usage` */
export function seedFromFlags(flags: {
  readonly sale: string;
  readonly product?: string | undefined;
  readonly quantity?: number | undefined;
  readonly limit?: number | undefined;
  readonly price?: string | undefined;
}): SeedPlan {
  const { sale, product, quantity, limit, price } = flags;
  if (product === undefined || quantity === undefined) {
    throw new FluxError('usage', 'a seed is a --file, or a --product with its --quantity', {
      hint: 'fluxgate seed --product ticket --quantity 1000',
    });
  }
  const terms = {
    ...(limit === undefined ? {} : { limitPerUser: limit }),
    ...(price === undefined ? {} : priceFrom('--price', price)),
  };
  return { saleId: sale, changes: {}, products: [{ productId: product, quantity, ...terms }] };
}
