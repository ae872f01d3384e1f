package io.gobstopper.schedule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Holds several schedules of one task.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface GobstopperSchedules {

	/**
	 * The schedules, each with a name of its own.
	 * @return the schedules
	 */
	GobstopperSchedule[] value();

}
