// CODEMAP secureagg.step: what a step of a member reads, writes, sends. Start: Step
/**
 * One step of a member, from the message it got to what the application must do: {@link
 * org.concordat.secureagg.step.Transaction} reads and changes the durable map, and ends as a {@link
 * org.concordat.secureagg.step.Step}. The application uses {@code Step}, {@code Action} and {@code
 * Notice}; the rest is for the handlers in {@code member} and {@code cohorts.member}.
 *
 * <pre>
 * Step         what to make durable and to send ({@link org.concordat.secureagg.step.Action}), what to know ({@link org.concordat.secureagg.step.Notice})
 * Transaction  the changes of one step, until it is committed
 * Key          names in the durable map
 * Participant  who the member is: id, signatures, randomness
 * Pinned       the cohort or the alliance that the member's own roster gives
 * Store        which store speaks, and how many statements it has made
 * </pre>
 */
@NullMarked
package org.concordat.secureagg.step;

import org.jspecify.annotations.NullMarked;
