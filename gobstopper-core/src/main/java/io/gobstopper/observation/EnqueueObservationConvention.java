package io.gobstopper.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observations of calls that enqueue tasks; declare a bean to have other names
 * or keys.
 */
public interface EnqueueObservationConvention extends ObservationConvention<EnqueueContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof EnqueueContext;
	}

}
