package io.gobstopper.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskStatus;

/**
 * The names and keys that {@link TaskObservations#EXECUTE} documents.
 */
public class DefaultExecuteObservationConvention implements ExecuteObservationConvention {

	private final Map<Attempts, KeyValues> lowCardinality = new ConcurrentHashMap<>();

	@Override
	public String getName() {
		return "gobstopper.execute";
	}

	@Override
	public String getContextualName(ExecuteContext context) {
		return "execute " + context.getTaskName();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ExecuteContext context) {
		TaskStatus outcome = context.getOutcome();
		return this.lowCardinality.computeIfAbsent(new Attempts(context.getTaskName(), context.getCategory(), outcome),
				Attempts::keyValues);
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ExecuteContext context) {
		return KeyValues.of(
				TaskObservations.HighCardinality.TASK_ATTEMPT.withValue(Integer.toString(context.getAttempt())),
				TaskObservations.HighCardinality.TASK_ID.withValue(context.getTaskId()));
	}

	/**
	 * Attempts that have the same names, of which there are few.
	 */
	private record Attempts(String task, String category, @Nullable TaskStatus outcome) {

		KeyValues keyValues() {
			return KeyValues.of(TaskObservations.LowCardinality.CATEGORY.withValue(this.category),
					TaskObservations.LowCardinality.OUTCOME
						.withValue((this.outcome != null) ? this.outcome.value() : "none"),
					TaskObservations.LowCardinality.TASK.withValue(this.task));
		}

	}

}
