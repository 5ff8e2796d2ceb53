import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** One numbered step of the schema, with the way back. */
export interface Migration {
  /** `0001-ledger` */
  readonly name: string;
  readonly up: string;
  readonly down: string;
  /** SHA-256 of `up`, hex: an applied migration must never be edited. */
  readonly checksum: string;
}

const folder = new URL('./migrations/', import.meta.url);

/** All migrations that this program brings, in order. */
export function readMigrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.up.sql'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.up.sql'.length);
      const up = readFileSync(new URL(file, folder), 'utf8');
      const down = readFileSync(new URL(`${name}.down.sql`, folder), 'utf8');
      return { name, up, down, checksum: createHash('sha256').update(up).digest('hex') };
    });
}
