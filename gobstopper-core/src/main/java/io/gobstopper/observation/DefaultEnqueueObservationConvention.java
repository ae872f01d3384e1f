package io.gobstopper.observation;

import io.micrometer.common.KeyValues;

/**
 * The names and keys that {@link TaskObservations#ENQUEUE} documents.
 */
public class DefaultEnqueueObservationConvention implements EnqueueObservationConvention {

	@Override
	public String getName() {
		return "gobstopper.enqueue";
	}

	@Override
	public String getContextualName(EnqueueContext context) {
		return "enqueue " + context.getTaskName();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(EnqueueContext context) {
		return KeyValues.of(TaskObservations.LowCardinality.TASK.withValue(context.getTaskName()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(EnqueueContext context) {
		return KeyValues
			.of(TaskObservations.HighCardinality.TASK_COUNT.withValue(Integer.toString(context.getRequests().size())));
	}

}
