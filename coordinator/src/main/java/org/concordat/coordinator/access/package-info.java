// CODEMAP coordinator.access: who calls, and whether they may. Start: CallerInterceptor
/**
 * Who calls, and whether they may: every call passes {@link
 * org.concordat.coordinator.access.CallerInterceptor}, which knows the caller by its certificate,
 * and a person by a token besides ({@link org.concordat.coordinator.access.SignIn}), decides by the
 * one table, logs the decision and puts the caller into the call's context.
 */
@NullMarked
package org.concordat.coordinator.access;

import org.jspecify.annotations.NullMarked;
