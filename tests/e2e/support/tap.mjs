// SPDX-License-Identifier: Apache-2.0
// TAP for end-to-end tests: one async function a test, each in a scratch project of its own.
import { makeScratch } from './claude.mjs';

/**
 * Runs the tests ({ NAME: async (scratch) => {...} }) one after another; a test fails when it throws. With AEX_TEST_E2E=0
 * none is run. `prepare` makes what all need and is passed on as the second argument.
 */
export async function runTests(prepare, tests) {
  const names = Object.keys(tests);
  if (process.env.AEX_TEST_E2E === '0') {
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
  for (const [index, name] of names.entries()) {
    const scratch = makeScratch();
    try {
      await tests[name](scratch, prepared);
      console.log(`ok ${index + 1} - ${name}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`not ok ${index + 1} - ${name}`);
      console.log(`${error.stack}`.replace(/^/gm, '# '));
    } finally {
      scratch.remove();
    }
  }
}
