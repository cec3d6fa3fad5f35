// CODEMAP iam: who is calling, what they may, what they sign. Start: AccessTable
/**
 * Who is calling and what they may do. A {@link org.concordat.iam.Caller} comes from a verified TLS
 * chain and the roster in force ({@link org.concordat.iam.Callers}); one table ({@link
 * org.concordat.iam.AccessTable}) says what each role may call, and each decision, allow or deny,
 * is explained for the audit log. {@link org.concordat.iam.People} adds who of a member has signed
 * in, with a token of an identity provider ({@code iam.token}, {@code iam.signin}, {@code
 * iam.keycloak}). What participants sign for secure aggregation is in signed envelopes ({@link
 * org.concordat.iam.EnvelopeNotary}). Denials of callers that nobody knows are folded by {@link
 * org.concordat.iam.DenialFlood}.
 */
@NullMarked
package org.concordat.iam;

import org.jspecify.annotations.NullMarked;
