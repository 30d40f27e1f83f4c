import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompress, constants, gzip } from "node:zlib";
import { promisify } from "node:util";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Smaller files travel in one packet anyway. */
const WORTH_COMPRESSING = 1024;

/** Writes NAME.br and NAME.gz beside each file that gets smaller by it: the server hands them out as they are. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir }) {
      const folder = dir ?? "dist";
      const names = await readdir(folder, { recursive: true });
      const texts = names.filter((name) => /\.(css|html|js|json|svg)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const path = join(folder, name);
          const content = await readFile(path);
          if (content.length < WORTH_COMPRESSING) return;
          const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
          await writeFile(`${path}.br`, await brotli(content, best));
          await writeFile(`${path}.gz`, await zip(content, { level: 9 }));
        }),
      );
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: "es2022",
    // The editor and the charts come as chunks of their own; the frame stays small.
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": process.env.AVOPS_URL ?? "http://127.0.0.1:8420" } },
});
