// Starts a musterd of its own (or uses the one that MUSTER_URL names), runs the tests against it, stops it again.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "./support/server.js";

const here = dirname(fileURLToPath(import.meta.url));

function runTests(environment: NodeJS.ProcessEnv): Promise<number> {
  const files = readdirSync(join(here, "tests"))
    .filter((name) => name.endsWith(".test.js"))
    .map((name) => join(here, "tests", name));
  // One file after the other: they share one city.
  const child = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-force-exit", ...files], {
    stdio: "inherit",
    env: environment,
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}

const server = process.env.MUSTER_URL === undefined ? await startServer() : undefined;
try {
  process.exitCode = await runTests({ ...process.env, ...server?.environment });
} finally {
  await server?.stop();
}
