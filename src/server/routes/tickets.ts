import { Type } from '@fastify/type-provider-typebox';
import { parseUserId, type SaleId } from '../../engine/domain/ids.ts';
import type { TicketOutcome } from '../../engine/engine.ts';
import { errorAnswer } from '../answers/answer.ts';
import { ticketAnswer } from '../answers/ticket-answer.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { badBody, badRequest, described, errorSchema, notFound, notNow, tooFast } from '../schemas/answers.ts';
import { ticketBody, ticketParams, ticketRead } from '../schemas/waiting-room.ts';
import { sendAnswer } from '../send-answer.ts';

const badUserId = errorAnswer(
  400,
  'invalid_request',
  'body/userId must be well-formed text without control characters, not longer than the schema says',
);
const refused = {
  403: described(
    'The ticket is malformed, forged, expired or of somebody else',
    errorSchema({ status: Type.Literal('ticket_refused'), msg: Type.String(), why: Type.String() }),
  ),
};

const takeSchema = {
  operationId: 'takeTicket',
  summary: 'Take a signed place in the waiting room',
  tags: ['buyers'],
  body: ticketBody,
  response: {
    201: described('The ticket, and where it stands', ticketRead),
    ...badBody,
    ...refused,
    ...notFound('Unknown sale'),
    ...tooFast,
    ...notNow,
  },
};
const readSchema = {
  operationId: 'readTicket',
  summary: 'Where a ticket stands; when its turn has come, a pass',
  tags: ['buyers'],
  params: ticketParams,
  response: {
    200: described('Where it stands', ticketRead),
    ...badRequest,
    ...refused,
    ...notFound('Unknown sale'),
    ...tooFast,
    ...notNow,
  },
};

const taken = (outcome: TicketOutcome) => ticketAnswer(outcome, 201);
const read = (outcome: TicketOutcome) => ticketAnswer(outcome, 200);

/** Tickets of the waiting room. */
export function ticketRoutes(app: TypedFastify, { engine, desk, limits, metrics }: RouteContext): void {
  const takeMeter = metrics.meter('POST /waiting-room/tickets');
  const readMeter = metrics.meter('GET /waiting-room/tickets/:ticket');

  app.post('/waiting-room/tickets', { schema: takeSchema }, (request, reply) => {
    const userId = parseUserId(request.body.userId);
    if (userId === undefined) return sendAnswer(reply, badUserId);
    const tooFastAnswer = limits.address(request) ?? limits.user(userId);
    if (tooFastAnswer !== null) return sendAnswer(reply, tooFastAnswer);
    // The schema's pattern is parseSaleId's.
    const saleId = request.body.saleId as SaleId;
    desk.answer(reply, takeMeter, engine.takeTicket(saleId, userId), taken, undefined);
  });
  app.get('/waiting-room/tickets/:ticket', { schema: readSchema }, (request, reply) => {
    const tooFastAnswer = limits.address(request);
    if (tooFastAnswer !== null) return sendAnswer(reply, tooFastAnswer);
    desk.answer(reply, readMeter, engine.readTicket(request.params.ticket), read, undefined);
  });
}
