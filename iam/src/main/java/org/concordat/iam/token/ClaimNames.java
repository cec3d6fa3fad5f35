package org.concordat.iam.token;

import org.jspecify.annotations.Nullable;

/**
 * Which claims say what. A name with dots that is no claim itself is a path, such as {@code
 * realm_access.roles}.
 *
 * @param member the member's id; null: the one member that the provider speaks for
 * @param roles a list, or words between spaces
 * @param jurisdiction compared with the roster where the claim is there; null: not looked at
 * @param purposes limits every role to jobs of these purposes where the claim is there
 * @param jobs limits every role to these jobs where the claim is there
 */
public record ClaimNames(
    @Nullable String member,
    String roles,
    @Nullable String jurisdiction,
    @Nullable String purposes,
    @Nullable String jobs) {}
