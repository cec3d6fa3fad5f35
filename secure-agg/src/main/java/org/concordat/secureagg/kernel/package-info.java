// CODEMAP secureagg.kernel: quantise, mask, pack, share, sum. Start: MaskedVector
/**
 * The numerical kernels: {@link org.concordat.secureagg.kernel.Quantiser} (reals to bounded
 * integers and back), {@link org.concordat.secureagg.kernel.MaskStream} (AES-256-CTR added into
 * words), {@link org.concordat.secureagg.kernel.Ring} (16/24/32-bit wire words), {@link
 * org.concordat.secureagg.kernel.Shamir} over F_{2^61-1}, {@link
 * org.concordat.secureagg.kernel.MerkleRoot}; {@link org.concordat.secureagg.kernel.MaskedVector},
 * which takes an update through them in one pass; and the two pure combining steps {@link
 * org.concordat.secureagg.kernel.Accumulator} and {@link org.concordat.secureagg.kernel.Unmasker},
 * functions of uploads and a range of elements only.
 */
@NullMarked
package org.concordat.secureagg.kernel;

import org.jspecify.annotations.NullMarked;
