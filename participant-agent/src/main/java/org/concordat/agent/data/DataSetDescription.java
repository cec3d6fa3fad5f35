package org.concordat.agent.data;

import java.util.List;

/**
 * A data set as its YAML file declares it.
 *
 * @param name by which jobs ask for it
 * @param dataClass a fact for the policy
 * @param subjectRegions where the people live whom the data is about; a fact for the policy
 * @param showCells whether messages may quote an offending cell
 */
record DataSetDescription(
    String name,
    String dataClass,
    List<String> subjectRegions,
    FilesSpec files,
    TableSpec table,
    boolean showCells) {}
