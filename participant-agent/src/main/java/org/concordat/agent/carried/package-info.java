// CODEMAP agent.carried: a site without a line: files instead. Start: BundleLink
/**
 * An agent behind an air gap. The ports that elsewhere speak gRPC are files here: {@link
 * org.concordat.agent.carried.BundleLink} takes the coordinator's from the folder {@code in} and
 * writes this site's newest to {@code out}. {@code concordat bundle} copies them to and from what
 * people carry.
 */
@NullMarked
package org.concordat.agent.carried;

import org.jspecify.annotations.NullMarked;
