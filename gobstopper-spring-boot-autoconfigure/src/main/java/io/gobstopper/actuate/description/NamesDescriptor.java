package io.gobstopper.actuate.description;

import java.util.List;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What can be searched for.
 *
 * @param names the names of the tasks that this process has handlers for
 * @param categories the categories that have unfinished tasks, are paused, or are run by
 * this process
 */
public record NamesDescriptor(List<String> names, List<String> categories) implements OperationResponseBody {

}
