// CODEMAP testkit: test helpers: seeds, a settable clock. Start: Seeded
/**
 * Test-only helpers shared by every module: {@link org.concordat.testkit.Seeded} property tests
 * that print their failing seed, and a {@link org.concordat.testkit.SettableClock}.
 */
@NullMarked
package org.concordat.testkit;

import org.jspecify.annotations.NullMarked;
