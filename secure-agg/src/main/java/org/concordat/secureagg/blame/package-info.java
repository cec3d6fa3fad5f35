// CODEMAP secureagg.blame: who lied, from signed messages alone. Start: Judge
/**
 * Who lied, recomputed from signed messages alone: by every member, by the coordinator, by anyone
 * with the roster. Pure functions. A {@link org.concordat.secureagg.blame.Verdict} never rests on
 * what the coordinator or one of the pair says, only on what the blamed one itself has signed.
 *
 * <pre>
 * Blame          a complaint about a deposit ("Epoch" step 4), after both have opened their keys
 * Equivocation   two messages of one sender that exclude each other
 * RoundBlame     a share, a seed or a recovery record that contradicts its deposit ("A round")
 * Judge          any of the three, and their encoding; EvidenceFile is several of them
 * </pre>
 */
@NullMarked
package org.concordat.secureagg.blame;

import org.jspecify.annotations.NullMarked;
