import { expect, it } from 'vitest';
import { verifyReportSchema } from '../../../../src/toolkit/verify/report-schema.ts';

it('is published as it is (vitest -u writes docs/schemas/verify-report.schema.json anew)', async () => {
  const published = `${JSON.stringify(verifyReportSchema, null, 2)}\n`;

  await expect(published).toMatchFileSnapshot('../../../../docs/schemas/verify-report.schema.json');
});
