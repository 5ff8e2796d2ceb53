import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';

/** RFC 3339 with a zone, as far as Date reads it. */
function isDateTime(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}

const anything = Object.assign(() => true, { errors: null });

/**
 * Validates bodies, queries and parameters by their schemas: JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. Nothing is
 * coerced, filled in or removed. Headers are described only: the handlers read the two that matter and say what is wrong.
 */
export function installValidation(app: FastifyInstance): void {
  const ajv = new Ajv2020({
    coerceTypes: false,
    useDefaults: false,
    removeAdditional: false,
    allErrors: false,
    strict: true,
  });
  ajv.addFormat('date-time', isDateTime);
  app.setValidatorCompiler(({ schema, httpPart }) => {
    if (httpPart === 'headers') return anything;
    return ajv.compile(schema as object) as ValidateFunction; // Fastify's type allows `unknown`; schemas are ours
  });
  // Answers are made as text by pure functions (answers/): response schemas describe, and tests hold the answers to them.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setSchemaErrorFormatter((errors, part) => {
    const [first] = errors;
    const where = first?.instancePath ? `${part}${first.instancePath}` : part;
    const extra = first?.params.additionalProperty;
    const which = typeof extra === 'string' ? `: ${JSON.stringify(extra.slice(0, 64))}` : '';
    return new Error(`${where} ${first?.message ?? 'is not valid'}${which}`);
  });
}
