import { count } from '../../demo/demo-text.ts';
import { column } from '../figures.ts';
import { dim, type Line, plain } from '../styled-line.ts';
import type { PanelLines } from './panel.ts';

const numberWidth = 9;

/** Each product as gate and ledger have it; `on its way` is what lies between them. */
export const productsPanel: PanelLines = ({ sale, ui }, { width, height }) => {
  if (sale === null) return [[dim('There is no sale yet: fluxgate seed')]];
  const free = new Map(sale.gate?.products.map((product) => [product.productId, product.free]));
  const ledger = new Map(sale.ledger?.products.map((product) => [product.productId, product]));
  const ids = [...new Set([...ledger.keys(), ...free.keys()])].filter((id) => id.includes(ui.filter));
  const heads = ['total', 'free', 'held', 'sold', 'way'];
  const name = width - heads.length * numberWidth;
  const cells = (values: readonly (number | string | undefined)[]) =>
    values
      .map((value) =>
        (value === undefined ? '?' : typeof value === 'number' ? count(value) : value).padStart(numberWidth),
      )
      .join('');
  const rows = ids.slice(ui.scroll, ui.scroll + height - 1).map((id): Line => {
    const at = free.get(id);
    const product = ledger.get(id);
    const way =
      product === undefined || at === undefined ? undefined : product.total - at - product.held - product.sold;
    return [plain(column(id, name) + cells([product?.total, at, product?.held, product?.sold, way]))];
  });
  return [[dim(column('product', name) + cells(heads))], ...rows];
};
