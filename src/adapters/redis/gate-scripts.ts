import { luaScript } from './lua-script.ts';

/** Every script of the gate and its waiting room, with its keys and arguments in the order of its header. */
export const gateScripts = {
  hold: luaScript(
    'hold',
    ['fence', 'config', 'terms', 'stock', 'orders', 'buyers', 'outbox', 'passes'],
    ['epoch', 'configVersion', 'nowMs', 'requests'],
  ),
  settle: luaScript('settle', ['fence', 'orders', 'outbox'], ['epoch', 'orderIds']),
  release: luaScript('release', ['fence', 'stock', 'orders', 'buyers', 'outbox'], ['epoch', 'releases']),
  setTotal: luaScript('set-total', ['fence', 'stock', 'totals'], ['epoch', 'productId', 'total', 'totalVersion']),
  configure: luaScript(
    'configure',
    ['fence', 'config', 'terms', 'stock', 'totals'],
    ['epoch', 'configVersion', 'state', 'opensAt', 'closesAt', 'terms'],
  ),
  stock: luaScript('stock', ['fence', 'stock', 'totals'], ['epoch']),
  lookup: luaScript('lookup', ['fence', 'orders'], ['epoch', 'orderId']),
  unsettled: luaScript('unsettled', ['fence', 'outbox', 'orders'], ['epoch', 'olderThanMs', 'limit']),
  fence: luaScript('fence', ['fence'], []),
  raiseFence: luaScript('raise-fence', ['fence'], ['epoch']),
  begin: luaScript('begin', ['fence', 'config'], ['epoch']),
  loadHead: luaScript(
    'load-head',
    ['fence', 'config', 'terms', 'stock', 'totals', 'orders', 'buyers', 'outbox', 'passes', 'room'],
    ['epoch', 'configVersion', 'state', 'opensAt', 'closesAt', 'terms', 'stock', 'room'],
  ),
  loadOrders: luaScript('load-rows', ['fence', 'config', 'orders'], ['epoch', 'rows']),
  loadBuyers: luaScript('load-rows', ['fence', 'config', 'buyers'], ['epoch', 'rows']),
  loadPasses: luaScript('load-rows', ['fence', 'config', 'passes'], ['epoch', 'rows']),
  open: luaScript('open', ['fence', 'config'], ['epoch']),
  admit: luaScript('admit', ['fence', 'room'], ['epoch', 'ratePerSecond', 'wanted', 'nowMs']),
  takePlace: luaScript('take-place', ['fence', 'room'], ['epoch']),
} as const;
