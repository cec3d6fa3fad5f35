package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One question to a policy, as it ships with a policy or stands in a file of its own.
 *
 * @param expect the answer expected; always there in a policy's own tests
 * @param expectMembers expected verdicts of some members; may be empty
 * @param decidedBy rules that must be among those that decided; may be empty
 */
public record TestCase(
    String name,
    Action action,
    Instant now,
    Facts alliance,
    SortedMap<String, Facts> members,
    Optional<Boolean> expect,
    SortedMap<String, Boolean> expectMembers,
    List<String> decidedBy) {}
