package io.gobstopper.observation;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskRequest;
import io.gobstopper.queue.EnqueueInterceptor;

/**
 * Observes calls that enqueue tasks, and has their trace stored with the tasks.
 */
public final class ObservedEnqueues implements EnqueueInterceptor {

	private static final EnqueueObservationConvention DEFAULT = new DefaultEnqueueObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable EnqueueObservationConvention convention;

	private final Predicate<String> isKnown;

	/**
	 * Creates the observer.
	 * @param registry where observations go
	 * @param convention names them, {@code null} for the default names
	 * @param isKnown whether there is a handler of a name
	 */
	public ObservedEnqueues(ObservationRegistry registry, @Nullable EnqueueObservationConvention convention,
			Predicate<String> isKnown) {
		this.registry = registry;
		this.convention = convention;
		this.isKnown = isKnown;
	}

	@Override
	public List<EnqueueResult> around(Collection<TaskRequest> requests,
			Function<Map<String, String>, List<EnqueueResult>> enqueue) {
		if (this.registry.isNoop()) {
			return enqueue.apply(Map.of());
		}
		EnqueueContext context = new EnqueueContext(requests, taskName(requests));
		Observation observation = TaskObservations.ENQUEUE.observation(this.convention, DEFAULT, () -> context,
				this.registry);
		return Objects.requireNonNull(
				observation.observe(() -> enqueue.apply(Map.copyOf(Objects.requireNonNull(context.getCarrier())))));
	}

	private String taskName(Collection<TaskRequest> requests) {
		List<String> names = requests.stream().map(TaskRequest::name).distinct().limit(2).toList();
		if (names.size() > 1) {
			return "several";
		}
		return this.isKnown.test(names.get(0)) ? names.get(0) : TaskMeterCache.UNKNOWN_TASK;
	}

}
