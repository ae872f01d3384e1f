package io.gobstopper.actuate.description;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.gobstopper.TaskInfo;
import io.gobstopper.actuate.description.PageLinks.LinkDescriptor;

/**
 * One page of tasks, newest first.
 *
 * @param tasks the tasks
 * @param count how many match altogether, if that was asked for
 * @param next the {@code after} of the page that follows, {@code null} if this is the
 * last
 * @param searchedUntil if the search of a text was given up before the page was full: the
 * creation time of the tasks that the next page is searched in
 * @param links the address of this page and of the next, relative to that of the request
 * @param valuesShown whether arguments, results and errors are shown
 * @param changesAllowed whether the user may change tasks
 */
public record TaskPageDescriptor(List<TaskInfo> tasks, @Nullable Long count, @Nullable String next,
		@Nullable Instant searchedUntil, @JsonProperty("_links") Map<String, LinkDescriptor> links, boolean valuesShown,
		boolean changesAllowed) implements OperationResponseBody {

}
