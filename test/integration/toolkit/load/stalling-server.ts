import { createServer } from 'node:http';

/**
 * A server that stands still, truly, for some time at one order: its only thread waits, nobody is read or answered. A program
 * of its own, `node stalling-server.ts NTH STALL_MS`; says its URL, and later how long it stood still.
 */
const [nth, stallMs] = process.argv.slice(2).map(Number);
let orders = 0;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    if (request.method === 'POST') orders += 1;
    if (request.method === 'POST' && orders === nth) {
      const startedAt = performance.now();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
      process.send?.({ stalledMs: performance.now() - startedAt });
    }
    const body = JSON.stringify({ status: 'success', msg: 'Order accepted', orderId: `o${orders}` });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') process.send?.({ url: `http://127.0.0.1:${address?.port}` });
});
process.on('disconnect', () => process.exit(0));
