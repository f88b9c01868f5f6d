import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Server {
  environment: Record<string, string>;
  stop(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !hasEnded(); ++attempt) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.status === 200) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("musterd did not become ready");
}

/** Starts musterd from MUSTER_BIN (default build/release/bin) on free ports, in a folder that goes with it. */
export async function startServer(): Promise<Server> {
  const programs = process.env.MUSTER_BIN ?? join(process.cwd(), "../../build/release/bin");
  const folder = mkdtempSync(join(tmpdir(), "muster-e2e-"));
  const [http, grpc] = [await freePort(), await freePort()];
  const log: string[] = [];
  const musterd = spawn(
    join(programs, "musterd"),
    ["--data-dir", folder, "--listen", `127.0.0.1:${http}`, "--grpc-listen", `127.0.0.1:${grpc}`],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { MUSTER_GATEWAY_CONSOLE_DIR: join(process.cwd(), "../../build/console"), ...process.env, MUSTER_LIMITS_CONNECTIONS: "4096" },
    },
  );
  let ended = false;
  const exit = new Promise<void>((resolve) =>
    musterd.on("exit", () => {
      ended = true;
      resolve();
    }),
  );
  for (const stream of [musterd.stdout, musterd.stderr]) {
    stream.on("data", (data: Buffer) => {
      log.push(data.toString());
      log.splice(0, Math.max(0, log.length - 200));
    });
  }
  const url = `http://127.0.0.1:${http}`;
  const stop = async () => {
    musterd.kill("SIGTERM");
    await exit;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, () => ended);
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${log.join("")}`);
  }
  const tokens = join(folder, "tokens");
  readFileSync(join(tokens, "operator"));
  return {
    environment: { MUSTER_URL: url, MUSTER_GRPC: `127.0.0.1:${grpc}`, MUSTER_TOKENS: tokens },
    stop,
  };
}
