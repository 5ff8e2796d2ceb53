// `PASSED FAILED` of a vitest JSON report: node scripts/count-tests.js REPORT EXIT_CODE. A file that could not be loaded, a
// report that is missing and an exit code that the report does not explain count as one failure each; so does a run of nothing.
import { readFileSync } from 'node:fs';

const [, , path, status] = process.argv;
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
  for (const file of report.testResults) {
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) failed += 1;
  }
} catch (error) {
  process.stderr.write(`no test report: ${error.message}\n`);
}
if (failed === 0 && (Number(status) !== 0 || passed === 0)) failed = 1;
process.stdout.write(`${passed} ${failed}\n`);
