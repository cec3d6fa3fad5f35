// CODEMAP jurisdictions.analysis: what a policy says for all facts. Start: Analysis
/**
 * Exact answers about policies, for all facts and all times: what is never or always allowed, where
 * two policies differ, which rules can never matter.
 *
 * <p>The operators are closed, so that the rules tell only finitely many statements of a fact
 * apart. {@link org.concordat.jurisdictions.analysis.Space} finds these classes with the rules' own
 * comparisons; {@link org.concordat.jurisdictions.analysis.Search} looks for facts that reach a
 * {@link org.concordat.jurisdictions.analysis.Goal}, and cuts off what no completion can reach.
 *
 * <pre>
 *   sentence, flags -> Question -> Goal -> Space -> Search -> Answer (proved, refuted by a case, undecided)
 * </pre>
 *
 * <p>One member is enough: the verdicts about several are independent of each other, given the
 * facts of the alliance. No clock and no I/O.
 */
@NullMarked
package org.concordat.jurisdictions.analysis;

import org.jspecify.annotations.NullMarked;
