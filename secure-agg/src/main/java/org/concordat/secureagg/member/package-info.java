/**
 * The member's side: {@link org.concordat.secureagg.member.Member}, a state machine over a durable
 * map of keys, and what it returns, {@link org.concordat.secureagg.member.Step}s of {@link
 * org.concordat.secureagg.member.Action}s (make durable, then send) and {@link
 * org.concordat.secureagg.member.Notice}s.
 */
@NullMarked
package org.concordat.secureagg.member;

import org.jspecify.annotations.NullMarked;
