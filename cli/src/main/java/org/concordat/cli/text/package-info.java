// CODEMAP cli.text: how results look: exit codes, text, JSON. Start: ExitCode
/** How results look: exit codes, text and JSON, tables and progress. */
@NullMarked
package org.concordat.cli.text;

import org.jspecify.annotations.NullMarked;
