package io.gobstopper.actuate.description;

import java.util.List;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Where the thread of a running task is.
 *
 * @param id the id of the task
 * @param frames the calls, the innermost first; none while the handler waits for a future
 * of which this library has no thread
 */
public record StackDescriptor(String id, List<String> frames) implements OperationResponseBody {

}
