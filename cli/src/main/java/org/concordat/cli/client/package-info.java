// CODEMAP cli.client: the connection to a coordinator. Start: Client
/**
 * A participant's connection to the coordinator, authenticated with its own keys against the pinned
 * genesis.
 */
@NullMarked
package org.concordat.cli.client;

import org.jspecify.annotations.NullMarked;
