package io.gobstopper.observation;

import java.util.Objects;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.gobstopper.SnoozeException;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskHeaders;
import io.gobstopper.worker.execution.AttemptEnd;
import io.gobstopper.worker.execution.AttemptInterceptor;

/**
 * Observes attempts to run tasks, in the traces in which the tasks were enqueued.
 */
public final class ObservedAttempts implements AttemptInterceptor {

	private static final ExecuteObservationConvention DEFAULT = new DefaultExecuteObservationConvention();

	private static final int MOST_CATEGORIES = 100;

	private final ObservationRegistry registry;

	private final @Nullable ExecuteObservationConvention convention;

	private final TagValues categories = new TagValues(MOST_CATEGORIES);

	/**
	 * Creates the observer.
	 * @param registry where observations go
	 * @param convention names them, {@code null} for the default names
	 */
	public ObservedAttempts(ObservationRegistry registry, @Nullable ExecuteObservationConvention convention) {
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public AttemptEnd around(StoredTask task, Supplier<AttemptEnd> attempt) {
		if (this.registry.isNoop()) {
			return attempt.get();
		}
		ExecuteContext context = new ExecuteContext(task.id().toString(), task.details().name(),
				this.categories.limit(task.details().category()), task.state().counts().attempt(),
				TaskHeaders.read(task.details().headers()));
		Observation observation = TaskObservations.EXECUTE.start(this.convention, DEFAULT, () -> context,
				this.registry);
		AttemptEnd end = Objects.requireNonNull(observation.scoped(attempt));
		context.setOutcome(end.task().status());
		if (end.thrown() != null && !isSnoozed(end)) {
			observation.error(end.thrown());
		}
		observation.stop();
		return end;
	}

	private static boolean isSnoozed(AttemptEnd end) {
		return end.thrown() instanceof SnoozeException && end.task().status() == TaskStatus.PENDING;
	}

}
