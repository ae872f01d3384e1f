package io.gobstopper.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of the task queue.
 */
public enum TaskObservations implements ObservationDocumentation {

	/**
	 * A call that enqueues tasks. The trace it belongs to is stored with them.
	 */
	ENQUEUE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultEnqueueObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinality.TASK };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { HighCardinality.TASK_COUNT };
		}

	},

	/**
	 * An attempt to run a task, from the call of its handler until that returns. It
	 * belongs to the trace in which the task was enqueued.
	 */
	EXECUTE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultExecuteObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinality.TASK, LowCardinality.CATEGORY, LowCardinality.OUTCOME };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { HighCardinality.TASK_ID, HighCardinality.TASK_ATTEMPT };
		}

	};

	/**
	 * What has few values.
	 */
	public enum LowCardinality implements KeyName {

		/**
		 * The name of the task, {@code unknown} if nobody handles it and {@code several}
		 * if tasks of several names are enqueued.
		 */
		TASK("task"),

		/**
		 * The category.
		 */
		CATEGORY("category"),

		/**
		 * What the task has become: {@code success}, {@code retry}, {@code failed},
		 * {@code cancelled}, or {@code pending} if it was given back or snoozed.
		 */
		OUTCOME("outcome");

		private final String value;

		LowCardinality(String value) {
			this.value = value;
		}

		@Override
		public String asString() {
			return this.value;
		}

	}

	/**
	 * What has many values.
	 */
	public enum HighCardinality implements KeyName {

		/**
		 * The number of tasks enqueued.
		 */
		TASK_COUNT("task.count"),

		/**
		 * The id of the task.
		 */
		TASK_ID("task.id"),

		/**
		 * Which attempt it is.
		 */
		TASK_ATTEMPT("task.attempt");

		private final String value;

		HighCardinality(String value) {
			this.value = value;
		}

		@Override
		public String asString() {
			return this.value;
		}

	}

}
