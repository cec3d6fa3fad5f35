// CODEMAP cli.demo: a whole alliance on this machine. Start: Demo
/**
 * The demo: an alliance of separate processes on this machine, started by the commands that people
 * run.
 */
@NullMarked
package org.concordat.cli.demo;

import org.jspecify.annotations.NullMarked;
