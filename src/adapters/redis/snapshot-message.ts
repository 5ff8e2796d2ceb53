import { resumeRoom } from '../../engine/domain/admission.ts';
import { writeHex16 } from '../../engine/domain/hex16.ts';
import type { Epoch } from '../../engine/domain/ids.ts';
import type { ProductTerms, SaleConfig } from '../../engine/domain/sale.ts';
import type { SnapshotChunk } from '../../engine/ports/gate.ts';
import { MessagePackList } from './message-pack.ts';

/** A configuration as lua/configure.lua and lua/load-head.lua take it. */
export function configArgs(config: SaleConfig) {
  return {
    configVersion: config.version,
    state: config.state,
    opensAt: config.opensAt ?? '',
    closesAt: config.closesAt ?? '',
    terms: encodeTerms(config.products),
  };
}

function encodeTerms(products: readonly ProductTerms[]): Buffer {
  const list = new MessagePackList(2 * products.length);
  for (const { productId, limitPerUser } of products) list.text(productId).text(limitPerUser?.toString() ?? '');
  return list.finish();
}

/** The head of a snapshot as lua/load-head.lua takes it. */
export function headArgs(epoch: Epoch, head: Extract<SnapshotChunk, { kind: 'head' }>) {
  const stock = new MessagePackList(3 * head.stock.length);
  for (const { productId, free, total, totalVersion } of head.stock) {
    stock.text(productId).text(`${free}`).text(`${total} ${totalVersion}`);
  }
  const { last, admitted, older, bucket } = resumeRoom(epoch, head.room);
  const fields = {
    last,
    admitted,
    olderEpoch: older?.epoch ?? '',
    olderUntil: older?.until ?? '',
    level: bucket.level,
    atMs: bucket.atMs,
  };
  const room = new MessagePackList(2 * Object.keys(fields).length);
  for (const [field, value] of Object.entries(fields)) room.text(field).text(`${value}`);
  return { ...configArgs(head.config), stock: stock.finish(), room: room.finish() };
}

/** The rows of another piece as lua/load-rows.lua takes them. */
export function encodeRows(chunk: Exclude<SnapshotChunk, { kind: 'head' }>): Buffer {
  switch (chunk.kind) {
    case 'orders': {
      const list = new MessagePackList(2 * chunk.orders.length);
      for (const { orderId, requestHash, ended } of chunk.orders) {
        const order = Buffer.allocUnsafe(17);
        order.write(ended ? 'e' : 's', 0, 'latin1');
        writeHex16(requestHash, order, 1);
        list.hex16(orderId).bytes(order);
      }
      return list.finish();
    }
    case 'buyers': {
      const list = new MessagePackList(2 * chunk.buyers.length);
      for (const { userId, productId, units } of chunk.buyers) {
        list.text(`${userId}\0${productId}`).text(`${units}`);
      }
      return list.finish();
    }
    case 'passes': {
      const list = new MessagePackList(2 * chunk.passes.length);
      for (const { passId, orderId } of chunk.passes) list.text(passId).hex16(orderId);
      return list.finish();
    }
    default:
      return chunk satisfies never;
  }
}
