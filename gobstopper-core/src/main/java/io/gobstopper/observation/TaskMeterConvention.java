package io.gobstopper.observation;

import io.micrometer.core.instrument.Tags;

/**
 * Names the tags of the meters of a task; declare a bean to have others. Asked once for
 * each context, so the tags must depend on nothing else.
 */
public interface TaskMeterConvention {

	/**
	 * Returns the tags.
	 * @param context what the meter is about
	 * @return the tags, the same keys for all contexts with an outcome and for all
	 * without
	 */
	Tags getTags(TaskMeterContext context);

}
