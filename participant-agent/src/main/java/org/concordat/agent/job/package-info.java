// CODEMAP agent.job: the jobs this site has answered, and what it consented to. Start: SiteJobs
/** The jobs that this site has answered, which data each consent was about, what is allowed yet. */
@NullMarked
package org.concordat.agent.job;

import org.jspecify.annotations.NullMarked;
