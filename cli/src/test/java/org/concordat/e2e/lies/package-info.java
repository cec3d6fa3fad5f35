// CODEMAP e2e.lies: a coordinator that lies, as a program. Start: Lies
/**
 * A coordinator that lies, as a program: the real one with one named lie switched on.
 *
 * <p>{@link org.concordat.e2e.lies.Lies} is the table: each lie with what it does and the refusal
 * that it must meet. {@link org.concordat.e2e.lies.LyingTraffic} applies the lie to what the real
 * coordinator sends; {@link org.concordat.e2e.lies.LyingCalls} to the answers of its calls; {@link
 * org.concordat.e2e.lies.LyingCoordinator} is the program.
 */
package org.concordat.e2e.lies;
