// SPDX-License-Identifier: Apache-2.0
// TAP for end-to-end tests: one async function a test, each in a scratch project of its own.
import { makeScratch } from './scratch.mjs';

/** How many of one file run side by side: an agent mostly waits, for its model and for its hooks. */
const TOGETHER = 2;

/** The prepare of tests that need nothing but what is built: AEX_TEST_E2E=0 does not leave them out. */
export const nothing = () => undefined;

/** Thrown by a test that cannot be made here; the message says why. */
export class Skip extends Error {}

/**
 * Runs the tests ({ NAME: async (scratch) => {...} }); a test fails when it throws. With AEX_TEST_E2E=0 none is run that needs more
 * than what is built.
 * `prepare` makes what all need and is passed on as the second argument. A word on the command line picks the tests
 * whose names hold it.
 */
export async function runTests(prepare, tests) {
  const names = Object.keys(tests).filter((name) => name.includes(process.argv[2] ?? ''));
  if (process.env.AEX_TEST_E2E === '0' && prepare !== nothing) {
    console.log('1..0 # SKIP AEX_TEST_E2E=0: no real agents wanted');
    return;
  }
  console.log(`1..${names.length}`);
  let prepared;
  try {
    prepared = prepare();
  } catch (error) {
    console.log(`Bail out! ${error.message}`);
    process.exitCode = 1;
    names.forEach((name, index) => console.log(`not ok ${index + 1} - ${name}`));
    return;
  }
  const waiting = [...names.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, name] = next;
      report(index + 1, name, await runTest(tests[name], prepared));
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
}

async function runTest(test, prepared) {
  const scratch = makeScratch();
  try {
    await test(scratch, prepared);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await remove(scratch);
  }
}

/** What an agent started may write for a moment after it ended. */
async function remove(scratch) {
  for (let tries = 1; ; tries++) {
    try {
      scratch.remove();
      return;
    } catch (error) {
      if (tries === 20) {
        console.log(`# ${scratch.root} is left behind: ${error.message}`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function report(number, name, error) {
  if (error === undefined || error instanceof Skip) {
    console.log(`ok ${number} - ${name}${error === undefined ? '' : ` # SKIP ${error.message}`}`);
    return;
  }
  process.exitCode = 1;
  console.log(`not ok ${number} - ${name}`);
  console.log(`${error.stack}`.replace(/^/gm, '# '));
}
