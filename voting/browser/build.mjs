// Bundles every entry point that exists to voting/web/static/build/NAME.js. Says nothing when all is well.
// The names are plain: the server, which knows the bytes, adds the cache headers.
import { build } from "esbuild";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const outdir = join(here, "..", "web", "static", "build");
const entryPoints = ["phone", "chair", "screen", "waiting", "board", "landing", "worker", "teller", "teller-worker", "desk", "claim", "notice"]
  .map((name) => join(here, `${name}.js`))
  .filter((path) => existsSync(path));

try {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    // A classic script: a worker of this form loads in every browser that has BigInt.
    format: "iife",
    target: "es2020",
    charset: "utf8",
    banner: { js: "/* The licences of what is bundled here: LEGAL.txt */" },
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  });
  writeFileSync(join(outdir, "LEGAL.txt"), licences(Object.keys(metafile.inputs)));
} catch (error) {
  // esbuild has printed its own errors; ours come from a library without a licence text.
  if (!(error instanceof Error && "errors" in error)) console.error(error);
  process.exitCode = 1;
}

/**
 * Give the licence text of every library that is in the bundles: each of them asks to be named so.
 * @param {string[]} inputs paths from the root of the project
 * @returns {string}
 */
function licences(inputs) {
  const libraries = inputs.map((path) => /^node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(path)?.[1] ?? "");
  return [...new Set(libraries)]
    .filter((library) => library !== "")
    .sort()
    .map((library) => {
      const folder = join(root, "node_modules", library);
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return `${library} ${version}\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
    })
    .join("\n\n");
}
