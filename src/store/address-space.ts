import { z } from 'zod';

const report = z.object({ userLimits: z.object({ virtual_memory_bytes: z.object({ soft: z.unknown() }) }) });

/** Whether somebody has set a limit to what this process may map (`ulimit -v`). Takes some 2 ms. */
export function isAddressSpaceLimited(): boolean {
  const found = report.safeParse(process.report.getReport());
  return found.success && found.data.userLimits.virtual_memory_bytes.soft !== 'unlimited';
}
