/** The controller's lease: every write of a controller compares the token. @see LedgerFleet.takeLease */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly token: number;
}
