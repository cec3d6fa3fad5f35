package org.concordat.secureagg.kernel;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.MalformedMessageException;

/**
 * One mask in a sum: a stream added or subtracted.
 *
 * @param key AES-256 key, 32 bytes, secret
 * @param added whether the stream was added when masking
 */
public record MaskTerm(Bytes key, boolean added) {
  public MaskTerm {
    MalformedMessageException.check(key.size() == 32, "a mask key of %d bytes", key.size());
  }
}
