import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

/** Beside every text file its packed form, which the gateway sends to whoever takes it. */
function packed(): Plugin {
  let folder = "";
  return {
    name: "packed",
    apply: "build",
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => {
      const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
      for (const name of names.filter((each) => /\.(html|js|css|svg|txt)$/.test(each))) {
        const plain = readFileSync(join(folder, name));
        const small = gzipSync(plain, { level: 9 });
        if (small.length < plain.length) {
          writeFileSync(join(folder, `${name}.gz`), small);
        }
      }
    },
  };
}

/** licences.txt: what each package that is shipped asks to be passed on with it. */
function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
      const modules = chunks.flatMap((chunk) => Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0));
      const folders = modules.map(([id]) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0]).filter((each) => each !== undefined);
      const texts = [...new Set(folders)].sort().map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
        const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
        return `${name} ${version}: ${license}\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim()}\n`;
      });
      this.emitFile({ type: "asset", fileName: "licences.txt", source: texts.join(`\n${"-".repeat(72)}\n\n`) });
    },
  };
}

const gateway = process.env.MUSTER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  plugins: [vue(), licences(), packed()],
  // Small parts of libraries that are not used here.
  define: { __VUE_OPTIONS_API__: false, __VUE_I18N_LEGACY_API__: false, __VUE_I18N_FULL_INSTALL__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    outDir: process.env.MUSTER_CONSOLE_OUT ?? "../../build/console",
    emptyOutDir: true,
    target: "es2022",
    // Nothing inline: the policy forbids data: and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "^/muster\\.": gateway, "/livez": gateway, "/live": { target: gateway, ws: true } },
  },
});
