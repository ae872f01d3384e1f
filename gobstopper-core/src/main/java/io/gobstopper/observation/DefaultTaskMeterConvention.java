package io.gobstopper.observation;

import io.micrometer.core.instrument.Tags;

/**
 * The tags that {@link TaskMeters} documents.
 */
public class DefaultTaskMeterConvention implements TaskMeterConvention {

	@Override
	public Tags getTags(TaskMeterContext context) {
		Tags tags = Tags.of(TaskMeters.Tag.TASK.asString(), context.task(), TaskMeters.Tag.CATEGORY.asString(),
				context.category());
		if (context.outcome() == null) {
			return tags;
		}
		return tags.and(TaskMeters.Tag.OUTCOME.asString(), context.outcome(), TaskMeters.Tag.ERROR.asString(),
				(context.error() != null) ? context.error() : "none");
	}

}
