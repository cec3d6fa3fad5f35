// CODEMAP secureagg.cohorts.message: the messages of a draw. Start: DrawStart
/**
 * The messages of a draw, in this order, and what ends a round over several cohorts. They are coded
 * as those in {@code message} are.
 *
 * <pre>
 * draw   DrawStart → DrawCommitment → CommitmentList → ListSignature → ListCertificate → DrawReveal → DrawCertificate
 *        DrawPlan: what a number of a draw is about; DrawList: the closed list that is signed
 * round  … → Result with every cohort's sum → StateSignature → AllianceCheckpoint
 * </pre>
 */
@NullMarked
package org.concordat.secureagg.cohorts.message;

import org.jspecify.annotations.NullMarked;
