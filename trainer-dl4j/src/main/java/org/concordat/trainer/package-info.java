// CODEMAP trainer: the default trainer, in DL4J. Start: TrainerMain
/**
 * The default trainer: a child process of an agent that speaks the local trainer protocol ({@code
 * trainer.proto}) over its stdin and stdout, and trains dense models with DL4J. The only code that
 * loads DL4J and its natives; it sees matrices and flat vectors, never keys.
 */
@NullMarked
package org.concordat.trainer;

import org.jspecify.annotations.NullMarked;
