// CODEMAP iam.token: access tokens of people, verified here. Start: Tokens
/**
 * Access tokens of OpenID Connect providers, verified without asking the provider: signature, who
 * issued it and for whom, when. {@link org.concordat.iam.token.Tokens} is what a coordinator asks
 * at every call; it remembers what was verified, and asks the {@link
 * org.concordat.iam.token.DenyList} each time.
 */
@NullMarked
package org.concordat.iam.token;

import org.jspecify.annotations.NullMarked;
