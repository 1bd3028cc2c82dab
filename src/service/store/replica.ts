import { FplaneError, hasCode } from "../../domain/errors.ts";
import type { Revision } from "../../domain/record/revision.ts";
import { askedBy, type Reads, type Store, type User } from "../store.ts";

/**
 * A store whose reads go to a replica as long as it has every revision that is known here, so that who writes reads what
 * was written; else to the primary. While the primary is away the replica answers alone.
 *
 * @param tell hears when the replica is left or taken again
 */
export function withReplica(primary: Store, replica: Store, tell: (message: string) => void): Store {
  let needed = 0;
  let replicated = 0;
  let used = false;

  const useReplica = (use: boolean, why: string) => {
    if (use !== used) tell(use ? "reads go to the replica" : `reads go to the primary: ${why}`);
    used = use;
  };

  const newestRevision = async (): Promise<Revision | null> => {
    const copied = await newestOf(replica);
    if (copied instanceof FplaneError) {
      useReplica(false, copied.message);
      return await primary.newestRevision();
    }
    replicated = copied?.rev ?? 0;
    const newest = await newestOf(primary);
    if (newest instanceof FplaneError) {
      if (replicated < needed) throw newest;
      useReplica(true, "");
      return copied;
    }
    needed = Math.max(needed, newest?.rev ?? 0);
    useReplica(replicated >= needed, `the replica is at revision ${replicated}, the primary at ${needed}`);
    return newest;
  };

  const routed = askedBy(replica, (_, name, args) =>
    ask(used ? replica : primary, used ? primary : replica, name, args),
  );
  return {
    ...routed,
    newestRevision,
    // A user that was disabled is refused at once, however far the replica lags behind.
    userWithKey: async (keySha256) => (await ask(primary, replica, "userWithKey", [keySha256])) as User | null,
    outbox: primary.outbox,
    keyUses: primary.keyUses,
    write: async (act) => {
      const value = await primary.write(act);
      useReplica(false, "it may not have what was just written");
      return value;
    },
    watch: (listener) => primary.watch(listener),
    close: async () => {
      await replica.close();
      await primary.close();
    },
  };
}

async function newestOf(store: Store): Promise<Revision | null | FplaneError> {
  try {
    return await store.newestRevision();
  } catch (error) {
    if (hasCode(error, "unavailable")) return error;
    throw error;
  }
}

async function ask(store: Reads, other: Reads, name: keyof Reads, args: readonly unknown[]): Promise<unknown> {
  const question = (reads: Reads) => (reads[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
  try {
    return await question(store);
  } catch (error) {
    if (hasCode(error, "unavailable")) return await question(other);
    throw error;
  }
}
