// CODEMAP cli.lineage: on what a model rests, by proved entries of the log. Start: Lineage
/**
 * What the log tells of a model or of a member, as entries that are proved one by one, so that a
 * folder with them can be checked anywhere.
 */
@NullMarked
package org.concordat.cli.lineage;

import org.jspecify.annotations.NullMarked;
