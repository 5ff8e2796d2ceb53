/** Why a ticket or a pass buys nothing. `foreign`: of another sale or another user. */
export type PassRefusal = 'malformed' | 'forged' | 'expired' | 'foreign';
