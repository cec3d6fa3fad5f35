package org.concordat.iam;

import java.util.Optional;

/**
 * A decision on one call; every one, allow or deny, belongs in the audit log.
 *
 * @param rule the rule that decided; none where no rule names the call
 * @param role the role that the caller acts in, or all it has when denied
 * @param explanation plain words; of a denial: the rule, what is missing, and who could grant it
 */
public record AccessDecision(
    boolean allowed, Caller caller, Optional<AccessRule> rule, String role, String explanation) {}
