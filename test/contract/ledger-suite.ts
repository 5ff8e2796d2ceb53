import { describe } from 'vitest';
import { ledgerAuditSuite } from './ledger-audit-suite.ts';
import { ledgerFleetSuite } from './ledger-fleet-suite.ts';
import { ledgerKeysSuite } from './ledger-keys-suite.ts';
import { ledgerLawsSuite } from './ledger-laws-suite.ts';
import { ledgerRecordingSuite } from './ledger-recording-suite.ts';
import { ledgerSalesSuite } from './ledger-sales-suite.ts';
import { ledgerSnapshotSuite } from './ledger-snapshot-suite.ts';
import { ledgerTransitionsSuite } from './ledger-transitions-suite.ts';
import type { MakeLedger } from './ledger-world.ts';

/** What every ledger promises (ports/ledger*.ts, design.md sections 4 to 8). Each promise asks `make` for an empty ledger. */
export function ledgerSuite(name: string, make: MakeLedger): void {
  describe(`ledger: ${name}`, () => {
    ledgerRecordingSuite(make);
    ledgerTransitionsSuite(make);
    ledgerSalesSuite(make);
    ledgerKeysSuite(make);
    ledgerFleetSuite(make);
    ledgerSnapshotSuite(make);
    ledgerAuditSuite(make);
    ledgerLawsSuite(make);
  });
}
