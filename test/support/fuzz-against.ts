import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { arbitraryOf, type JsonSchema } from './arbitrary-of-schema.ts';

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}
interface Media {
  readonly schema: JsonSchema;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': Media } };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** A request as the fuzzer made it. */
interface Shot {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly contentType: string;
}

export interface FuzzOptions {
  /** Requests an operation. */
  readonly runs?: number;
  /** On every request, for instance the admin token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly seed?: number;
}

export async function openApiOf(app: FastifyInstance): Promise<OpenApiDocument> {
  return (await app.inject('/openapi.json')).json();
}

/**
 * Sends valid and mutated requests to every operation of the server's own OpenAPI document. Each answer must have a documented
 * status that is not 500, and a body that the document describes for it. Throws with the smallest request that breaks this.
 */
export async function fuzzAgainst(
  app: FastifyInstance,
  { runs = 50, headers = {}, seed }: FuzzOptions = {},
): Promise<number> {
  const document = await openApiOf(app);
  const judge = createJudge(document);
  let sent = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const property = fc.asyncProperty(shotAt(operation), async (shot) => {
        sent += 1;
        const answer = await fire(app, path, method.toUpperCase() as Method, shot, headers); // the document's own
        const complaint = judge(operation, answer);
        if (complaint) throw new Error(`${method.toUpperCase()} ${path}: ${complaint}`);
      });
      await fc.assert(property, { numRuns: runs, includeErrorInReport: true, ...(seed === undefined ? {} : { seed }) });
    }
  }
  return sent;
}

interface Seen {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

async function fire(
  app: FastifyInstance,
  path: string,
  method: Method,
  { params, query, headers, body, contentType }: Shot,
  everyHeader: Readonly<Record<string, string>>,
): Promise<Seen> {
  const address = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? 'x'));
  const request: InjectOptions = {
    method,
    url: `${address}?${new URLSearchParams(query)}`,
    headers: { ...headers, ...everyHeader, ...(body === undefined ? {} : { 'content-type': contentType }) },
    ...(body === undefined ? {} : { payload: body }),
    payloadAsStream: true,
  };
  const answer = await app.inject(request);
  const type = String(answer.headers['content-type'] ?? '');
  const stream = answer.stream();
  let text = '';
  if (type.startsWith('text/event-stream')) stream.destroy();
  else for await (const chunk of stream) text += String(chunk);
  return { status: answer.statusCode, contentType: type.split(';')[0] ?? '', body: text };
}

/** What is wrong with an answer, in a sentence; null where nothing is. */
function createJudge({ components }: OpenApiDocument): (operation: Operation, seen: Seen) => string | null {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', components });
  const compiled = new Map<JsonSchema, ValidateFunction>();
  const validatorOf = (schema: JsonSchema) => {
    const known = compiled.get(schema) ?? ajv.compile(pointIntoDocument(schema) as JsonSchema);
    compiled.set(schema, known);
    return known;
  };
  return ({ responses }, { status, contentType, body }) => {
    const documented = responses[status];
    if (status === 500) return `answered 500: ${body}`;
    if (!documented) return `answered ${status}, which is not documented: ${body}`;
    if (!documented.content) return body === '' ? null : `answered ${status} with a body that is not documented`;
    const media = documented.content[contentType];
    if (!media) return `answered ${status} with ${contentType}, which is not documented`;
    if (contentType !== 'application/json') return null;
    const validate = validatorOf(media.schema);
    return validate(JSON.parse(body)) ? null : `answered ${status} with ${body}: ${ajv.errorsText(validate.errors)}`;
  };
}

function pointIntoDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointIntoDocument);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === '$ref' && typeof item === 'string' ? [key, `document${item}`] : [key, pointIntoDocument(item)],
    ),
  );
}

function shotAt({ parameters = [], requestBody }: Operation): fc.Arbitrary<Shot> {
  const of = (place: Parameter['in']) => parameters.filter((parameter) => parameter.in === place);
  const schema = requestBody?.content['application/json'].schema;
  return fc.record({
    params: texts(of('path'), true),
    query: texts(of('query'), false),
    headers: texts(of('header'), false).map(sendable),
    body: schema ? bodyOf(schema) : fc.constant(undefined),
    contentType: fc.oneof(
      { weight: 20, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/xml', 'application/json; charset=utf-8') },
    ),
  });
}

/** Values of parameters: mostly as documented, sometimes any text. */
function texts(parameters: readonly Parameter[], always: boolean): fc.Arbitrary<Record<string, string>> {
  const fields = parameters.map(({ name, schema }) => {
    const documented = arbitraryOf(schema).map(String);
    const wild = fc.string({ minLength: 1, maxLength: 1_200, unit: 'binary' }).filter((text) => text.isWellFormed());
    return [name, fc.oneof({ weight: 4, arbitrary: documented }, { weight: 1, arbitrary: wild })] as const;
  });
  const required = parameters.filter((parameter) => always || parameter.required).map(({ name }) => name);
  return fc.oneof(
    { weight: 9, arbitrary: fc.record(Object.fromEntries(fields), { requiredKeys: required }) },
    { weight: always ? 0 : 1, arbitrary: fc.constant({}) },
  ) as fc.Arbitrary<Record<string, string>>; // a record without some of its keys
}

/** Header values that an HTTP client can send at all. */
function sendable(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '~').trim()]),
  );
}

/** Bodies: as documented, with one thing changed, any JSON, and no JSON at all. */
function bodyOf(schema: JsonSchema): fc.Arbitrary<string> {
  const good = arbitraryOf(schema);
  const names = fc.oneof(fc.constantFrom(...Object.keys(schema.properties ?? { x: {} })), fc.string());
  const changed = fc.tuple(good, names, fc.option(fc.jsonValue(), { nil: undefined })).map(([value, name, item]) => {
    if (typeof value !== 'object' || value === null) return item;
    return { ...value, [name]: item };
  });
  const json = fc.oneof(
    { weight: 5, arbitrary: good },
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  return fc.oneof(
    { weight: 12, arbitrary: json.map((value) => JSON.stringify(value) ?? '') },
    { weight: 1, arbitrary: fc.string({ maxLength: 200, unit: 'binary' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '{',
        'null',
        '{"__proto__":{}}',
        '{"constructor":{"prototype":{}}}',
        `"${'x'.repeat(20_000)}"`,
      ),
    },
  );
}
