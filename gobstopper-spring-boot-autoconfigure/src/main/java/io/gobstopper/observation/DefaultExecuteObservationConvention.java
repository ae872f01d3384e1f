package io.gobstopper.observation;

import io.micrometer.common.KeyValues;

import io.gobstopper.TaskStatus;

/**
 * The names and keys that {@link TaskObservations#EXECUTE} documents.
 */
public class DefaultExecuteObservationConvention implements ExecuteObservationConvention {

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
		return KeyValues.of(TaskObservations.LowCardinality.TASK.withValue(context.getTaskName()),
				TaskObservations.LowCardinality.CATEGORY.withValue(context.getCategory()),
				TaskObservations.LowCardinality.OUTCOME.withValue((outcome != null) ? outcome.value() : "none"));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ExecuteContext context) {
		return KeyValues.of(TaskObservations.HighCardinality.TASK_ID.withValue(context.getTaskId()),
				TaskObservations.HighCardinality.TASK_ATTEMPT.withValue(Integer.toString(context.getAttempt())));
	}

}
