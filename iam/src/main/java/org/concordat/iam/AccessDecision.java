package org.concordat.iam;

/**
 * @param explanation plain words, naming the missing role when denied
 */
public record AccessDecision(
    boolean allowed, Caller caller, Permission permission, String explanation) {}
