// CODEMAP cli.install: which version this is, and where. Start: Installation
/** Which version this is, and where it is installed. */
@NullMarked
package org.concordat.cli.install;

import org.jspecify.annotations.NullMarked;
