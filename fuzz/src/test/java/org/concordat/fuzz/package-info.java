// CODEMAP fuzz: fuzz targets for every parser. Start: WireMessagesFuzzTest
/**
 * Coverage-guided fuzzing (Jazzer) of every parser that reads what somebody else wrote. A parser
 * answers with its named refusal or a value, and what it took in canonical form it gives back byte
 * for byte. Run with the profile {@code slow} to search; without it the seeds and what was found
 * before are run once.
 */
@NullMarked
package org.concordat.fuzz;

import org.jspecify.annotations.NullMarked;
