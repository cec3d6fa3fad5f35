// CODEMAP secureagg.cohorts.member: a member among several cohorts. Start: Drawing
/**
 * A member's side of an alliance of several cohorts: {@link
 * org.concordat.secureagg.cohorts.member.Drawing}, its part in the draw, and {@link
 * org.concordat.secureagg.cohorts.member.AllianceAgreeing}, what a result and a state must have
 * where there are several sums.
 */
@NullMarked
package org.concordat.secureagg.cohorts.member;

import org.jspecify.annotations.NullMarked;
