/**
 * What is done from time to time: leases, due times, retention, membership.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.worker.maintenance;

import org.jspecify.annotations.NullMarked;
