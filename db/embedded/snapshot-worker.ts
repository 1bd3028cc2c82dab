import { migrate } from "../migrate.ts";
import { connectEmbedded } from "./connect.ts";
import { keepSnapshot, type SnapshotOrder, type SnapshotOutcome } from "./snapshot.ts";

self.addEventListener("message", ({ data }: MessageEvent<SnapshotOrder>) => {
  make(data).then(
    () => tell({ error: null }),
    (error: unknown) => tell({ error: error instanceof Error ? error.message : String(error) }),
  );
});

function tell(outcome: SnapshotOutcome): void {
  self.postMessage(outcome);
}

async function make({ scratch, schema, snapshot }: SnapshotOrder): Promise<void> {
  const connection = await connectEmbedded(scratch, schema);
  try {
    await migrate(connection);
    await keepSnapshot(connection, snapshot);
  } finally {
    await connection.close();
  }
}
