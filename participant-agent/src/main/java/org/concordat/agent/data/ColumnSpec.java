package org.concordat.agent.data;

import java.util.List;

/**
 * One declared column.
 *
 * @param type what its cells hold
 * @param min smallest allowed number; of no meaning for categories
 * @param max largest allowed number
 * @param codes the allowed values of a category, in canonical form ({@link Cells#canonical}); empty
 *     for any
 */
record ColumnSpec(String name, Type type, double min, double max, List<String> codes) {
  /** What a column holds. */
  enum Type {
    NUMBER,
    INTEGER,
    CATEGORY,
    /** Not looked at. */
    IGNORE
  }

  boolean isNumeric() {
    return type == Type.NUMBER || type == Type.INTEGER;
  }
}
