/**
 * What is done from time to time: leases, due times, retention, membership.
 */
@NullMarked
package io.gobstopper.worker.maintenance;

import org.jspecify.annotations.NullMarked;
