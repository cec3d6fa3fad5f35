package org.concordat.agent.data;

/**
 * A row that is used.
 *
 * @param line in its file
 * @param features before standardising
 * @param label the class, from 0
 */
record Sample(int line, double[] features, int label) {}
