// CODEMAP iam.signin: keys of services, and proofs of possession, made here. Start: ServiceKey
/**
 * What a client of an identity provider signs: assertions of who it is ({@link
 * org.concordat.iam.signin.ServiceKey}, RFC 7523), and proofs that it has the key that its token is
 * bound to ({@link org.concordat.iam.signin.ProofKey}, RFC 9449).
 */
@NullMarked
package org.concordat.iam.signin;

import org.jspecify.annotations.NullMarked;
