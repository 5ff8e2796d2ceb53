import { Args } from '@oclif/core';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { parseOrderId } from '../../engine/domain/ids.ts';

/** The order that a command is about, as a buyer's mail or an export has its id. */
export const orderArg = {
  id: Args.string({
    description: 'Id of the order',
    required: true,
    parse: async (text) => {
      const id = parseOrderId(text.toLowerCase());
      if (id !== undefined) return id;
      throw new FluxError('usage', `${text} is no order id: those are like 3f0c1d2e-0000-8000-8000-000000000000`, {
        hint: 'fluxgate orders export   has all of them',
      });
    },
  }),
};
