import type { TSchema } from 'typebox';
import { configSchema } from './config-schema.ts';

/** One leaf of the schema, with the names that each source knows it by. */
export interface Setting {
  /** `userRate.perSecond` */
  readonly path: string;
  /** `FLUXGATE_USER_RATE_PER_SECOND` */
  readonly variable: string;
  /** `user-rate-per-second`, where a command has such a flag. */
  readonly flag: string;
  readonly schema: TSchema & {
    readonly type?: string;
    readonly enum?: readonly string[];
    readonly pattern?: string;
    readonly default?: unknown;
  };
  readonly secret: boolean;
  readonly optional: boolean;
  readonly description: string;
}

/**
 * A value with where it came from: `flag --port`, `env FLUXGATE_PORT`, `stack file /x/stack.json`,
 * `file /x/fluxgate.config.yaml:12`, `default`.
 */
export interface Given {
  /** Undefined: there it says that the setting has no value, whatever comes after. */
  readonly value: unknown;
  readonly origin: string;
}

interface ObjectSchema {
  readonly properties: Readonly<
    Record<string, TSchema & { readonly properties?: unknown; readonly description?: string }>
  >;
  readonly required?: readonly string[];
}

function settingsOf(schema: ObjectSchema, prefix: readonly string[]): readonly Setting[] {
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const path = [...prefix, name];
    // A property with properties of its own is an object schema by construction of TypeBox.
    if (property.properties !== undefined) return settingsOf(property as unknown as ObjectSchema, path);
    const words = path.map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('-');
    return [
      {
        path: path.join('.'),
        variable: `FLUXGATE_${words.replaceAll('-', '_').toUpperCase()}`,
        flag: words,
        schema: property,
        secret: 'secret' in property && property.secret === true,
        optional: !(schema.required ?? []).includes(name),
        description: property.description ?? '',
      },
    ];
  });
}

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = settingsOf(configSchema, []);
