package io.gobstopper.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how tasks are run and stored in a test. Without it, tests have {@link Mode#MANUAL}
 * and {@link Store#MEMORY}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AutoConfigureGobstopper {

	/**
	 * When tasks run.
	 * @return the mode
	 */
	Mode mode() default Mode.MANUAL;

	/**
	 * Where tasks are stored.
	 * @return the store
	 */
	Store store() default Store.MEMORY;

	/**
	 * When tasks run.
	 */
	enum Mode {

		/**
		 * When the test says so, on its thread, by a clock that stands still until the
		 * test moves it.
		 */
		MANUAL,

		/**
		 * As soon as they are due, within the call that enqueues them, or right after the
		 * commit of its transaction; otherwise as {@link #MANUAL}.
		 */
		INLINE,

		/**
		 * In the background, as in the application, by the clock of the machine.
		 */
		WORKER

	}

	/**
	 * Where tasks are stored.
	 */
	enum Store {

		/**
		 * In a DuckDB database in memory, of each application context its own. It is
		 * empty at the start of each test.
		 */
		MEMORY,

		/**
		 * Where the application says. Nothing is deleted.
		 */
		CONFIGURED

	}

}
