// The flash sale of scenarios/flash-sale.yaml for k6 (https://k6.io): the same products, arrivals, buyers and thresholds.
//
//   fluxgate serve &
//   k6 run scenarios/k6/flash-sale.js
//
// Settings, each by `-e NAME=value`:
//   URL    the server; default http://127.0.0.1:3000
//   TOKEN  the admin token, where the server is not on the loopback
//   SCALE  a part of the crowd and of the stock; default 1 (100,000 buyers). 0.02 fits a laptop beside the server
//
// k6 counts latency from the send. Where it has no free VU for an arrival it drops it and counts `dropped_iterations`, which
// fails the run here: `fluxgate load run flash-sale` counts from the scheduled moment instead.
import { check, sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Rate, Trend } from 'k6/metrics';

const plan = {
  seed: 20,
  products: [
    { productId: 'console', quantity: 800, limitPerUser: 1, price: 49900, currency: 'EUR' },
    { productId: 'controller', quantity: 200, limitPerUser: 2, price: 6900, currency: 'EUR' },
  ],
  startRate: 1000,
  stages: [
    { target: 6000, seconds: 6 },
    { target: 6000, seconds: 7 },
    { target: 400, seconds: 11.5625 },
  ],
  behaviours: { plain: 76, 'double-click': 10, 'over-limit': 4, retry: 8, 'several-lines': 2 },
  maxErrorRate: 0.001,
  p99Ms: { accepted: 500, sold_out: 250 },
  requestTimeoutSeconds: 10,
};

const url = __ENV.URL || 'http://127.0.0.1:3000';
const scale = Number(__ENV.SCALE || 1);
const scaled = (number) => Math.max(1, Math.round(number * scale));

const latency = { accepted: new Trend('accepted_ms', true), sold_out: new Trend('sold_out_ms', true) };
const errors = new Rate('errors');

export const options = {
  scenarios: {
    buyers: {
      executor: 'ramping-arrival-rate',
      startRate: scaled(plan.startRate),
      timeUnit: '1s',
      preAllocatedVUs: scaled(2000),
      maxVUs: scaled(4000),
      stages: plan.stages.map(({ target, seconds }) => ({ target: scaled(target), duration: `${seconds}s` })),
    },
  },
  thresholds: {
    errors: [`rate<=${plan.maxErrorRate}`],
    accepted_ms: [`p(99)<=${plan.p99Ms.accepted}`],
    sold_out_ms: [`p(99)<=${plan.p99Ms.sold_out}`],
    dropped_iterations: ['count==0'],
  },
};

function admin(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  if (__ENV.TOKEN) headers.authorization = `Bearer ${__ENV.TOKEN}`;
  const answer = http.request(method, `${url}${path}`, JSON.stringify(body), { headers, tags: { call: 'admin' } });
  if (answer.status !== 200 && answer.status !== 201) {
    exec.test.abort(`${method} ${path} at ${url} answered ${answer.status}: ${answer.body || answer.error}`);
  }
}

/** Makes a sale for this run, with its stock free, and opens it. */
export function setup() {
  const saleId = `k6-${Date.now().toString(36)}`;
  for (const product of plan.products) {
    admin('POST', '/init', { saleId, ...product, quantity: scaled(product.quantity) });
  }
  admin('PATCH', `/sales/${saleId}`, { state: 'open' });
  return { saleId };
}

/** One arrival: a buyer does what its number says. */
export default function arrival({ saleId }) {
  const buyer = exec.scenario.iterationInTest;
  const product = plan.products[chance(buyer, 2) < 0.5 ? 0 : 1];
  const order = (suffix, lines) => orderOf(saleId, `${saleId}-u${buyer}`, `${saleId}-k${buyer}${suffix}`, lines);
  const single = order('', [{ productId: product.productId, quantity: 1 }]);
  switch (behaviourOf(buyer)) {
    case 'double-click':
      return http.batch([single, single]).forEach(count);
    case 'over-limit': {
      const all = order('a', [{ productId: product.productId, quantity: product.limitPerUser }]);
      const more = order('b', [{ productId: product.productId, quantity: 1 }]);
      return http.batch([all, more]).forEach(count);
    }
    case 'several-lines':
      return count(
        send(
          order(
            '',
            plan.products.map(({ productId }) => ({ productId, quantity: 1 })),
          ),
        ),
      );
    case 'retry':
      return retry(single);
    default:
      return count(send(single));
  }
}

/** The sale is over: its products would go on standing in two sales. */
export function teardown({ saleId }) {
  admin('PATCH', `/sales/${saleId}`, { state: 'closed' });
}

function orderOf(saleId, userId, key, lines) {
  return {
    method: 'POST',
    url: `${url}/order`,
    body: JSON.stringify({ saleId, userId, lines }),
    params: {
      headers: { 'content-type': 'application/json', 'x-idempotency-key': key },
      timeout: `${plan.requestTimeoutSeconds}s`,
      tags: { call: 'order' },
      responseCallback: http.expectedStatuses(200, 302, 409, 429),
      redirects: 0,
    },
  };
}

function send({ method, url: to, body, params }) {
  return http.request(method, to, body, params);
}

/** The same key again while the server asks for it, when Retry-After says, at most five times. */
function retry(order) {
  for (let tries = 1; ; tries += 1) {
    const answer = send(order);
    count(answer);
    const again = answer.status === 0 || answer.status === 429 || answer.status === 503;
    if (!again || tries === 5) return;
    sleepUntilTold(answer);
  }
}

function sleepUntilTold(answer) {
  const asked = Number(answer.headers['Retry-After']);
  sleep(asked > 0 ? asked : 0.2);
}

/** Every definite answer has its latency; whatever tells a buyer nothing is an error. */
function count(answer) {
  const { status } = answer;
  const said = status === 200 || status === 409 ? answer.json('status') : null;
  if (status === 200 && said === 'success') latency.accepted.add(answer.timings.duration);
  if (said === 'sold_out') latency.sold_out.add(answer.timings.duration);
  const definite = status === 200 || status === 302 || status === 409 || status === 429;
  errors.add(!definite);
  check(answer, { 'a definite answer': () => definite });
}

function behaviourOf(buyer) {
  const weights = Object.entries(plan.behaviours);
  let left = chance(buyer, 1) * weights.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of weights) {
    left -= weight;
    if (left < 0) return name;
  }
  return 'plain';
}

/** The same number for the same buyer and question, in [0, 1): so that two runs have the same crowd. */
function chance(buyer, question) {
  let x =
    Math.imul(plan.seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(buyer + 1, 0x6d2b79f5) ^ Math.imul(question, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 15), x | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}
