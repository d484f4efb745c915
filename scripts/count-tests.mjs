// Reads jest's JSON report and prints the closing line of .ci/run: `N passed, N failed, N skipped`. A suite that could
// not run at all counts as one failure. Exits 1 when something failed or nothing ran.
import { existsSync, readFileSync } from 'node:fs';

const [, , file] = process.argv;
if (file === undefined || !existsSync(file)) {
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
  process.exit(1);
}
const report = JSON.parse(readFileSync(file, 'utf8'));
const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
const skipped = report.numPendingTests + report.numTodoTests;
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && report.numPassedTests > 0 ? 0 : 1;
