// CODEMAP cli: the concordat command. Start: Main
/**
 * The {@code concordat} command. {@link org.concordat.cli.Main} wires it; each command is a class
 * in {@code command} that reads its options, calls the module that does the work, and prints;
 * {@code client} connects to a coordinator, {@code text} is how results look, {@code demo} starts
 * the whole alliance on one machine.
 */
@NullMarked
package org.concordat.cli;

import org.jspecify.annotations.NullMarked;
