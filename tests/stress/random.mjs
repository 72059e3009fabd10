// SPDX-License-Identifier: Apache-2.0

/** Random numbers that a seed repeats (xorshift32). */
export function randomOf(seed) {
  let state = seed | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    of: (things) => things[Math.floor(next() * things.length)],
  };
}
