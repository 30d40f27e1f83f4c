// The built program on a port and a data folder of its own, and a signed-in browser that minds every complaint.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const TOKEN = "e2e-owner-token-0123456789abcdef0123456789abcdef";
const BINARY = process.env.AVOPS_BIN ?? resolve(import.meta.dirname, "../../target/debug/avops");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export interface Stage {
  url: string;
  /** Its data folder. */
  data: string;
  page: Page;
  /** What the browser complained about: errors on the console, and whatever the content policy refused. */
  complaints: string[];
  api: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  stop: () => Promise<void>;
}

/** Starts the program, in mock mode unless told otherwise, waits until it is ready, and signs a browser in by a link. */
export async function start({ forceMock = true } = {}): Promise<Stage> {
  const data = mkdtempSync(join(tmpdir(), "avops-e2e-")); // mode 700, as the program wants it
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const mock = forceMock ? ["--mock"] : [];
  const program = spawn(BINARY, ["serve", ...mock, "--data-dir", data, "--listen", `127.0.0.1:${port}`], {
    env: { ...process.env, AVOPS_OWNER_TOKEN: TOKEN },
    stdio: "inherit",
  });
  await ready(url, program);
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T; // each test names the part of the answer that it reads
  };
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.setDefaultTimeout(20_000);
  const link = await api<{ url: string }>("POST", "/api/v1/sign-in-links", {});
  await page.goto(link.url);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  const stop = async () => {
    await browser.close();
    program.kill("SIGTERM");
    await new Promise((done) => program.once("exit", done));
    rmSync(data, { recursive: true, force: true });
  };
  return { url, data, page, complaints, api, stop };
}

async function ready(url: string, program: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (program.exitCode !== null) throw new Error(`the program ended with ${program.exitCode}`);
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the program was not ready after a minute");
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === "object" ? found(address.port) : failed(new Error("no port")),
      );
    });
  });
}
