import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { defaultSaleId, parseProductId, parseUserId, type SaleId } from '../../engine/domain/ids.ts';
import type { TicketOutcome } from '../../engine/engine.ts';
import type { Answer } from '../answers/answer.ts';
import { askView, busyView, invalidView, joinView, type RoomView, roomView } from '../pages/room-view.ts';
import { pageHeaders, type RoomAddress, renderPage, renderRoom, roomPath } from '../pages/waiting-room-page.ts';
import type { RouteContext, TypedFastify } from '../route-context.ts';
import { pageQuery } from '../schemas/waiting-room.ts';
import { sendText } from '../send-answer.ts';

const page = (description: string) => ({ description, content: { 'text/html': { schema: { type: 'string' } } } });
const schema = {
  operationId: 'waitingRoom',
  summary: 'The waiting room, for people',
  tags: ['buyers'],
  querystring: pageQuery,
  response: {
    200: page('The page'),
    303: {
      description: 'A ticket was taken: to the page with it',
      type: 'null',
      headers: { location: { type: 'string' } },
    },
    400: page('The page, saying that its address is damaged'),
    404: page('The page, saying that there is no such sale'),
    429: page('The page, saying that it tries again'),
    503: page('The page, saying that it tries again'),
  },
};

const statusOf: Partial<Record<RoomView['state'], number>> = { invalid: 400, unknown_sale: 404, busy: 503 };

/** GET /waiting-room: the page, or with `part=room` the part of it that changes. It answers 200 while there is a place to show. */
export function waitingRoomRoute(app: TypedFastify, { engine, limits, metrics, log, settings }: RouteContext): void {
  const meter = metrics.meter('GET /waiting-room');

  const send = (
    reply: FastifyReply,
    view: RoomView,
    address: RoomAddress,
    partOnly: boolean,
    refused?: Answer,
  ): void => {
    const { html } = partOnly ? renderRoom(view, address) : renderPage(view, address);
    const status = refused?.status ?? statusOf[view.state] ?? 200;
    meter.record(view.state, 0);
    sendText(reply, html, 'text/html; charset=utf-8', [...pageHeaders, ...(refused?.headers ?? [])], status);
  };

  app.get('/waiting-room', { schema, attachValidation: true }, async (request, reply) => {
    const {
      saleId,
      userId,
      productId,
      quantity = '1',
      ticket,
      join,
      part,
    } = request.validationError ? {} : request.query;
    const partOnly = part === 'room';
    const address: RoomAddress = {
      saleId: saleId ?? defaultSaleId,
      userId: userId ?? null,
      productId: productId ?? null,
      quantity,
      ticket: ticket ?? null,
    };
    const user = userId === undefined ? undefined : parseUserId(userId);
    const damaged =
      (userId !== undefined && user === undefined) ||
      (productId !== undefined && parseProductId(productId) === undefined);
    if (request.validationError || damaged)
      return send(reply, invalidView, { ...address, userId: null, productId: null }, partOnly);
    const joining = join !== undefined && user !== undefined;
    if (ticket === undefined && user === undefined) return send(reply, askView, address, partOnly);
    if (ticket === undefined && !joining) return send(reply, joinView, address, partOnly);
    const tooFast = limits.address(request) ?? (joining && user !== undefined ? limits.user(user) : null);
    if (tooFast !== null) return send(reply, busyView, address, partOnly, tooFast);
    let outcome: TicketOutcome;
    try {
      // The schema's pattern is parseSaleId's.
      outcome =
        joining && user !== undefined
          ? await inTime(engine.takeTicket(address.saleId as SaleId, user), settings.requestTimeoutMs)
          : await inTime(engine.readTicket(ticket ?? ''), settings.requestTimeoutMs);
    } catch (error) {
      log.warn({ requestId: request.id, err: error }, 'the waiting room could not be read');
      return send(reply, busyView, address, partOnly);
    }
    const view = roomView(outcome, address.ticket);
    if (joining && !partOnly && view.ticket !== null) {
      const location = roomPath({ ...address, ticket: view.ticket });
      return sendText(reply, '', 'text/html; charset=utf-8', ['location', location], 303);
    }
    send(reply, view, address, partOnly);
  });
}

/** The request's deadline: people, too, are told something by then. */
async function inTime(work: Promise<TicketOutcome>, timeoutMs: number): Promise<TicketOutcome> {
  const over = new AbortController();
  const late = sleep(timeoutMs, null, { ref: false, signal: over.signal }).then(
    (): never => {
      throw new FluxError('gate_unreachable', `The waiting room did not answer in ${timeoutMs} ms`);
    },
    // Cut short: the work was quicker, and nobody looks at this any more.
    () => work,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
