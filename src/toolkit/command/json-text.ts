/** JSON for people and programs: two spaces, and a bigint as a number where it is exact, else as a string. */
export function jsonText(document: unknown): string {
  return JSON.stringify(
    document,
    (_key, value: unknown) => {
      if (typeof value !== 'bigint') return value;
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    },
    2,
  );
}
