// SPDX-License-Identifier: Apache-2.0
// Installs the agents, servers and clients that tests/e2e/package.json pins, unless they are there. Run under flock(1) by installClaude,
// since tests run side by side; or by hand: node tests/e2e/support/install.mjs
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { dependencies, optionalDependencies } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** Of what is optional, what is for this machine: npm leaves out the rest. */
const ours = Object.entries(optionalDependencies).filter(([name]) => name.endsWith(`-${process.arch}`));
const wanted = { ...dependencies, ...Object.fromEntries(ours) };

function isInstalled(name, version) {
  const manifest = path.join(folder, 'node_modules', name, 'package.json');
  return fs.existsSync(manifest) && JSON.parse(fs.readFileSync(manifest, 'utf8')).version === version;
}

const areInstalled = () => Object.entries(wanted).every(([name, version]) => isInstalled(name, version));

/** The folder of a package: for an agent, the one that holds its program for this machine. */
export const agentFolder = (name) => path.join(folder, 'node_modules', name);

/** Makes sure that all are there. Throws, saying what to do, when npm cannot. */
export function ensureInstalled() {
  if (areInstalled()) {
    return;
  }
  const result = spawnSync('flock', [path.join(folder, 'package.json'), process.execPath, fileURLToPath(import.meta.url)], {
    encoding: 'utf8',
    timeout: 280_000,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  if (result.status !== 0 || !areInstalled()) {
    throw new Error(
      'npm could not install the real agents, servers and clients that these tests are about. Is its registry within reach? ' +
        `AEX_TEST_E2E=0 leaves these tests out.\n${result.error ?? ''}${result.stderr}`,
    );
  }
}

/** What runs under the lock: another test may have installed them while this one waited. */
function install() {
  if (areInstalled()) {
    return 0;
  }
  const names = Object.entries(wanted).map(([name, version]) => `${name}@${version}`);
  console.log(`# installing ${names.join(' ')} from npm (about 1.1 GB)`);
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...patience];
  return spawnSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status ?? 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = install();
}
