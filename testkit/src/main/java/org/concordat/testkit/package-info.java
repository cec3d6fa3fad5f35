// CODEMAP testkit: test helpers: seeds, a settable clock, arrows between packages. Start: Seeded
/**
 * Test-only helpers shared by every module: {@link org.concordat.testkit.Seeded} property tests
 * that print their failing seed, a {@link org.concordat.testkit.SettableClock}, {@link
 * org.concordat.testkit.TestRandom}, the arrows between a module's packages ({@link
 * org.concordat.testkit.Rooms}), and identity providers: {@link
 * org.concordat.testkit.FakeProvider}, and the real {@link org.concordat.testkit.Keycloak}.
 */
@NullMarked
package org.concordat.testkit;

import org.jspecify.annotations.NullMarked;
