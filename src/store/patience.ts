/** How often the wait is looked at. A process that was stopped meanwhile sees one look missed, not its patience gone. */
const LOOKS = 10;

/** What `work` comes to, or `late()` if that takes more than `milliseconds` in which this process could run. */
export async function within<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<never>((_, reject) => {
    let looks = 0;
    timer = setInterval(() => {
      looks += 1;
      if (looks > LOOKS) reject(late());
    }, milliseconds / LOOKS);
  });
  try {
    return await Promise.race([work, lateness]);
  } finally {
    clearInterval(timer);
  }
}
