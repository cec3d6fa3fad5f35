// CODEMAP bench: benchmarks of secure aggregation. Start: SecaggBench
/**
 * The benchmarks of secure aggregation, {@code bench/run secagg}: each of the protocol's speed
 * goals as a ratio taken in one run, so that a noisy machine slows both sides.
 *
 * <pre>
 * {@link org.concordat.bench.SecaggBench}   main: runs all, prints a table or one JSON object
 * {@link org.concordat.bench.Goal}          the keys, what each must reach
 * {@link org.concordat.bench.Samples}       repetitions: median and spread
 * {@link org.concordat.bench.SimWorld}      n members and a coordinator in one JVM, real signed envelopes
 * {@link org.concordat.bench.Flower}        Flower's own code in a Python process beside this one
 * </pre>
 */
@NullMarked
package org.concordat.bench;

import org.jspecify.annotations.NullMarked;
