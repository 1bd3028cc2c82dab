const tasks: (() => unknown)[] = [];

/** What is to be done once all tests are through, the newest first. Under `bun test` no exit handler of a process is called. */
export function atEndOfRun(task: () => unknown): void {
  tasks.push(task);
}

/** Does it, one after the other. One that fails does not keep the others from being done. */
export async function endRun(): Promise<void> {
  for (const task of tasks.splice(0).reverse()) {
    try {
      await task();
    } catch (error) {
      console.error(error);
    }
  }
}
