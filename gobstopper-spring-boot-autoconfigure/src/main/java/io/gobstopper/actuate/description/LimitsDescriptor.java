package io.gobstopper.actuate.description;

import java.util.List;

import io.gobstopper.limit.LimitInfo;

/**
 * All limits.
 *
 * @param limits the limits in the order of their names
 * @param changesAllowed whether the user may change them
 */
public record LimitsDescriptor(List<LimitInfo> limits, boolean changesAllowed) {

}
