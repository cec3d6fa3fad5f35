// CODEMAP agent.upload: a masked vector on its way, resumed. Start: Uploader
/** Masked vectors on their way to the coordinator. */
@NullMarked
package org.concordat.agent.upload;

import org.jspecify.annotations.NullMarked;
