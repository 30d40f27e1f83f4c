import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The editor and the charts come as chunks of their own; the frame stays small.
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": process.env.AVOPS_URL ?? "http://127.0.0.1:8420" } },
});
