package io.gobstopper;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a bean of type {@link Tasks} for an interface whose methods are annotated with
 * {@link GobstopperTask}. With Spring Boot, interfaces below the packages of the
 * application are found. An interface without it can be used by
 * {@link TaskQueueService#tasks(Class)}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface TaskContract {

}
