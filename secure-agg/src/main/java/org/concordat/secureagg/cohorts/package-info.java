// CODEMAP secureagg.cohorts: more than 256 members: draw and sums of sums. Start: DrawCheck
/**
 * Alliances of more than 256 members ("More than 256 members"): cohorts of up to 250, each with an
 * epoch, a sum and parameters of its own; what is released is the sum of the cohorts' sums, and the
 * cohorts' sums are seen too. Everything that only such an alliance needs is here and below:
 *
 * <pre>
 * cohorts.message   DrawStart → DrawCommitment → CommitmentList → ListSignature → ListCertificate → DrawReveal
 *                   → DrawCertificate; AllianceCheckpoint ends a round
 * cohorts.server    {@link org.concordat.secureagg.cohorts.server.DrawServer}: the coordinator's fold over a draw
 * cohorts.member    a member's part in a draw, and in agreeing on several sums
 * cohorts           what everybody computes and checks alike:
 *   {@link org.concordat.secureagg.cohorts.DrawCheck}       the checks of a draw, down to the certificate
 *   {@link org.concordat.secureagg.cohorts.Drawn}           what a certificate gives: seed, members, cohorts with their c
 *   {@link org.concordat.secureagg.cohorts.Assignment}      the seed gives each member its cohort, the same for everyone
 *   {@link org.concordat.secureagg.cohorts.CohortBounds}    c, T and d of a cohort drawn from an alliance with colluders
 *   {@link org.concordat.secureagg.cohorts.CohortSums}      the sum of the cohorts' sums
 *   {@link org.concordat.secureagg.cohorts.StateCheck}      the state after a round counts once T members of every cohort signed it
 * </pre>
 *
 * <p>The main path meets it at few places: {@code Member} hands a message of a draw over, {@code
 * Agreeing} asks about several sums and {@code Terms} and {@code Stores} about the draw, {@code
 * Result} lists the {@code CohortSum}s.
 *
 * <p>Why a beacon: whoever chooses the cohorts can surround a member with its colluders. All commit
 * to a random value, T_all sign the closed list of commitments, all reveal; no seed is known before
 * its list is certified, and there is one list a number. Withholding, and a coordinator that calls
 * honest members withholders, give at most eight seeds to choose from; c counts all K colluders
 * among the members that are left. The guarantee: some cohort has more than c colluders with
 * probability at most {@code 2^-37} for a roster version.
 */
@NullMarked
package org.concordat.secureagg.cohorts;

import org.jspecify.annotations.NullMarked;
