package io.gobstopper.actuate;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskInfo;
import io.gobstopper.actuate.description.StackDescriptor;
import io.gobstopper.actuate.description.TaskDescriptor.RunDescriptor;
import io.gobstopper.worker.TaskWorker;
import io.gobstopper.worker.WorkerStatus;

/**
 * What this process knows of the attempts that run.
 */
public final class RunningAttempts {

	private final Supplier<? extends Collection<String>> names;

	private final Function<String, @Nullable Duration> timeouts;

	private final @Nullable TaskWorker worker;

	/**
	 * Creates it.
	 * @param names the names of the tasks that this process has handlers for
	 * @param timeouts the timeout of the tasks of a name, {@code null} if it has none
	 * @param worker the worker of this process, if it has one
	 */
	public RunningAttempts(Supplier<? extends Collection<String>> names, Function<String, @Nullable Duration> timeouts,
			@Nullable TaskWorker worker) {
		this.names = names;
		this.timeouts = timeouts;
		this.worker = worker;
	}

	// The names of the tasks that this process has handlers for.
	List<String> names() {
		return this.names.get().stream().sorted().toList();
	}

	// The name of the worker of this process while it works.
	@Nullable String node() {
		WorkerStatus status = (this.worker != null) ? this.worker.status() : null;
		return (status != null) ? status.node() : null;
	}

	Set<UUID> ids() {
		return (this.worker != null) ? this.worker.running() : Set.of();
	}

	// Other processes know only of themselves what they have begun.
	@Nullable RunDescriptor describe(TaskInfo task) {
		if (!task.isRunning()) {
			return null;
		}
		Duration timeout = this.timeouts.apply(task.name());
		return new RunDescriptor(isHere(task) && hasBegun(task), isClaimedAhead(task),
				(timeout != null) ? timeout.toMillis() / 1e3 : null);
	}

	boolean isClaimedAhead(TaskInfo task) {
		return task.isRunning() && isHere(task) && !hasBegun(task);
	}

	private boolean isHere(TaskInfo task) {
		return task.node() != null && task.node().equals(node());
	}

	private boolean hasBegun(TaskInfo task) {
		return ids().contains(UUID.fromString(task.id()));
	}

	@Nullable StackDescriptor stack(String id) {
		UUID uuid;
		try {
			uuid = UUID.fromString(id);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
		StackTraceElement[] frames = (this.worker != null) ? this.worker.stack(uuid) : null;
		return (frames != null)
				? new StackDescriptor(id, Arrays.stream(frames).map(StackTraceElement::toString).toList()) : null;
	}

}
