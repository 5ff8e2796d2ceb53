import Fastify from 'fastify';

/**
 * What `bench http` holds us against: a Fastify route that parses the same JSON and answers the same JSON as an accepted
 * order, and does nothing else. A program of its own (a child process); says its URL in one line and ends with its stdin.
 */
const app = Fastify({ logger: false });
app.post('/order', () => ({
  status: 'success',
  msg: 'Order accepted',
  orderId: '00000000-0000-8000-8000-000000000000',
}));
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
// whoever started us holds the other end: it closes however that process dies
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
