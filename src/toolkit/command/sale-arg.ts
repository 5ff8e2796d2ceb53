import { Args, Flags } from '@oclif/core';

/** The sale that a command is about: the one that /init makes, if none is named. */
export const saleArg = {
  sale: Args.string({ description: 'Id of the sale', default: 'default' }),
};

export const saleFlag = {
  sale: Flags.string({ char: 's', description: 'Id of the sale', default: 'default', helpValue: 'ID' }),
};
