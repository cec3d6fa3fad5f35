package org.concordat.iam;

/**
 * A decision on one call; every one, allow or deny, belongs in the audit log.
 *
 * @param explanation plain words, naming the missing role when denied
 */
public record AccessDecision(
    boolean allowed, Caller caller, Permission permission, String explanation) {}
