package org.concordat.iam;

import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Sha256;

/**
 * A verified caller.
 *
 * @param certificate SHA-256 of the leaf certificate it presented
 */
public record Caller(MemberId member, Role role, Jurisdiction jurisdiction, Sha256 certificate) {}
