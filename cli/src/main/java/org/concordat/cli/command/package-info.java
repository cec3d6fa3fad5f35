// CODEMAP cli.command: one class a command: Concordat lists them. Start: Concordat
/** One class per command: options in, a call of the module that does the work, text or JSON out. */
@NullMarked
package org.concordat.cli.command;

import org.jspecify.annotations.NullMarked;
