package org.concordat.agent.data;

import java.util.List;

/**
 * A data set as its YAML file declares it.
 *
 * @param name by which jobs ask for it
 * @param dataClass a fact for the policy
 * @param subjectRegions where the people live whom the data is about; a fact for the policy
 * @param dialect how the files are written; its separator is the table's unless it says another
 * @param showCells whether messages may quote an offending cell
 */
record DataSetDescription(
    String name,
    String dataClass,
    List<String> subjectRegions,
    FilesSpec files,
    TableSpec table,
    Dialect dialect,
    boolean showCells) {
  /**
   * How the files are read, for {@link DataSet#reading}: a dialect counts where it is not the plain
   * one, so that consents of before there were dialects hold.
   */
  String reading() {
    String plain =
        "DataSetDescription[name=%s, dataClass=%s, subjectRegions=%s, files=%s, table=%s, showCells=%s]"
            .formatted(name, dataClass, subjectRegions, files, table, showCells);
    boolean asTheTable = dialect.equals(Dialect.plain(table.separator()));
    return asTheTable ? plain : plain + dialect;
  }
}
