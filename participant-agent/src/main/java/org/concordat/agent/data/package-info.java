// CODEMAP agent.data: the member's data sets, from YAML to matrices. Start: DataSet
/**
 * The member's data sets: declared in YAML, validated row by row, turned into matrices; nothing
 * else reads data.
 */
@NullMarked
package org.concordat.agent.data;

import org.jspecify.annotations.NullMarked;
