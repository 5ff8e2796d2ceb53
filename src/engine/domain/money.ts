/** Money is a whole number of minor units (cents, yen) with an ISO 4217 code. Never a fraction, never a float sum. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** Minor units per major unit, as a power of ten, where it is not 2 (ISO 4217, list one). */
const exponents: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

export const currencyPattern = /^[A-Z]{3}$/;

function exponentOf(currency: string): number {
  return exponents[currency] ?? 2;
}

/** Reads `999.00EUR`, `999 EUR`, `12000JPY`. Undefined where it is not an amount, or has more decimals than the currency. */
export function parseMoney(text: string): Money | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,4}))?\s?([A-Z]{3})$/.exec(text.trim());
  if (!match) return undefined;
  const [, major = '', decimals = '', currency = ''] = match;
  const exponent = exponentOf(currency);
  if (decimals.length > exponent) return undefined;
  return { minor: BigInt(major + decimals.padEnd(exponent, '0')), currency };
}

/** `99900n EUR` -> `999.00 EUR`. */
export function formatMoney({ minor, currency }: Money): string {
  const exponent = exponentOf(currency);
  if (exponent === 0) return `${minor} ${currency}`;
  const digits = minor.toString().padStart(exponent + 1, '0');
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)} ${currency}`;
}
