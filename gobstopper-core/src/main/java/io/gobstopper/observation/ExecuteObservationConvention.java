package io.gobstopper.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observations of attempts to run tasks; declare a bean to have other names or
 * keys.
 */
public interface ExecuteObservationConvention extends ObservationConvention<ExecuteContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof ExecuteContext;
	}

}
