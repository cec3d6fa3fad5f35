package org.concordat.secureagg.message;

/**
 * A message that only an alliance of several cohorts knows. This is the one door out of the sealed
 * {@link Message}: the records have a package of their own.
 */
public non-sealed interface AllianceMessage extends Message {}
