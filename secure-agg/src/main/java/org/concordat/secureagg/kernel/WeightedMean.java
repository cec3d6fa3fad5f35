package org.concordat.secureagg.kernel;

/**
 * What a sum says: Σ w_i x_i / Σ w_i and Σ w_i.
 *
 * @param mean m values; not copied
 * @param totalWeight above 0
 */
public record WeightedMean(double[] mean, double totalWeight) {}
