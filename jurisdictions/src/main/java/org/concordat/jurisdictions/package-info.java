// CODEMAP jurisdictions: policies as data, and how they decide. Start: Policy
/**
 * Sovereignty policy as data. {@link org.concordat.jurisdictions.Policy} reads YAML or JSON once
 * and then answers, for an {@link org.concordat.jurisdictions.Action} and the {@link
 * org.concordat.jurisdictions.Facts} of the alliance and of every member touched, with a {@link
 * org.concordat.jurisdictions.Decision} that names its rules, its facts, what was missing and the
 * smallest change that would flip it.
 *
 * <pre>
 *   bytes -> YamlTree -> PolicyReader (ConditionReader, TestReader) -> PolicyDocument -> PolicyJson -> digest
 *   Facts -> World -> View of one member -> Evaluator -> MemberVerdict -> FlipSearch -> Decision
 * </pre>
 *
 * <p>What a policy says for all facts is in {@code analysis}, how it is shown to people in {@code
 * page}; this package knows neither.
 *
 * <p>No clock, no scripting, and no I/O but {@link org.concordat.jurisdictions.Policy#read}. Fail
 * closed: a forbid that is TRUE or UNKNOWN denies, a require that is not TRUE denies, and each
 * member needs a permit that is TRUE. The language is described in {@code docs/policy.md}.
 */
@NullMarked
package org.concordat.jurisdictions;

import org.jspecify.annotations.NullMarked;
