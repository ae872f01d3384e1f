package io.gobstopper.actuate.description;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitInfo;
import io.gobstopper.limit.LimitKeyInfo;

/**
 * A limit.
 *
 * @param limit the limit
 * @param longestKeys the keys for which most tasks wait, {@code null} for those who may
 * not see arguments
 * @param changesAllowed whether the user may change it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LimitDescriptor(LimitInfo limit, @Nullable List<LimitKeyInfo> longestKeys, boolean changesAllowed) {

}
