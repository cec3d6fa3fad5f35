// CODEMAP secureagg.check: checking a released sum. Start: VerifiedRound
/**
 * Checking a released sum ("Checking the sum, regions"): what the coordinator says the survivors'
 * uploads add up to, checked by whoever may hold leaves of them.
 *
 * <pre>
 * {@link org.concordat.secureagg.check.RoundRecord}     the evidence of a round: signatures, seeds, opened pair secrets
 * {@link org.concordat.secureagg.check.VerifiedRound}   the same, every signature and commitment checked: the masks to take off
 * {@link org.concordat.secureagg.check.LeafProof}       one leaf of one upload, with its audit path
 * {@link org.concordat.secureagg.check.Sample}          which leaves to ask for, and what a sample is worth
 * </pre>
 *
 * <p>Whoever checks chooses the leaves, after the result and so after everything that is checked is
 * fixed. A leaf that is not delivered fails the check like a wrong one.
 */
@NullMarked
package org.concordat.secureagg.check;

import org.jspecify.annotations.NullMarked;
