package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * A test case that ships with a policy.
 *
 * @param expectMembers expected verdicts of some members; may be empty
 * @param decidedBy rules that must be among those that decided; may be empty
 */
record TestCase(
    String name,
    Action action,
    Instant now,
    Facts alliance,
    SortedMap<String, Facts> members,
    boolean expectAllowed,
    SortedMap<String, Boolean> expectMembers,
    List<String> decidedBy) {}
