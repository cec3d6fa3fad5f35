// CODEMAP iam.keycloak: groups at Keycloak in step, people disabled there refused. Start: Realms
/**
 * A Keycloak realm in step with the roster, and the coordinator in step with the realm, over its
 * administration interface. Optional, and never on the way of a call: {@link
 * org.concordat.iam.keycloak.Realms} does both in the background. Any other provider goes without.
 */
@NullMarked
package org.concordat.iam.keycloak;

import org.jspecify.annotations.NullMarked;
