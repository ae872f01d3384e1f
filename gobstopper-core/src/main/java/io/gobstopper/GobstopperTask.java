package io.gobstopper;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes a method of a Spring bean the handler of a durable background task. The method's
 * parameters are the task's arguments, read from JSON; a parameter of type
 * {@link TaskContext} is supplied. The returned value, or the value of a returned
 * {@link java.util.concurrent.CompletionStage}, becomes the task's result.
 * <p>
 * A handler runs at least once for each task: after a crash it runs again, so its effects
 * should be safe to repeat.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(GobstopperTask.NativeHints.class)
public @interface GobstopperTask {

	/**
	 * The stable, unique name by which tasks are enqueued and stored. Placeholders are
	 * resolved.
	 * @return the task's name
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * The same as {@link #value()}, for use beside other attributes. One of them must be
	 * set.
	 * @return the task's name
	 */
	@AliasFor("value")
	String name() default "";

	/**
	 * The queue in which the task waits and the pool in which it runs.
	 * @return the category
	 */
	String category() default "default";

	/**
	 * The priority of tasks enqueued without one of their own.
	 * @return the priority
	 */
	TaskPriority priority() default TaskPriority.NORMAL;

	/**
	 * Whose turn a task takes in a category for which
	 * {@code gobstopper.fairness.<category>.enabled} is set: an expression of the Spring
	 * Expression Language over the names of the arguments, such as {@code #tenant}. Tasks
	 * of different keys start in turns, so that none waits behind all tasks of another
	 * key; that is fairness of starts, not of time. Placeholders are resolved.
	 * @return the expression, empty for one key for all that have none
	 */
	String fairnessKey() default "";

	/**
	 * How often a failed task is tried again before it is {@link TaskStatus#FAILED}.
	 * @return the number of retries, 0 for none
	 */
	int maxRetries() default 0;

	/**
	 * How long one attempt may run before it is interrupted and counted as failed, such
	 * as {@code 30s}, {@code 5m} or {@code PT1H}. Placeholders are resolved; empty for no
	 * limit.
	 * @return the timeout
	 */
	String timeout() default "";

	/**
	 * The delay between attempts; what is not set here is taken from
	 * {@code gobstopper.retry.*}.
	 * @return the backoff
	 */
	Backoff backoff() default @Backoff;

	/**
	 * How often a task may be put off with a {@link SnoozeException} before it is
	 * {@link TaskStatus#FAILED}.
	 * @return the number of snoozes, 0 for none
	 */
	int maxSnoozes() default Integer.MAX_VALUE;

	/**
	 * How long after its first {@link SnoozeException} a task may still be put off, such
	 * as {@code 2h}: a snooze that would end later makes it {@link TaskStatus#FAILED}.
	 * Placeholders are resolved; empty for no limit.
	 * @return the time from the first snooze
	 */
	String snoozeWithin() default "";

	/**
	 * Former names: tasks stored or enqueued under one of them run here.
	 * @return the former names
	 */
	String[] aliases() default {};

	/**
	 * Tells a native image what a handler or the method of a contract needs: the method
	 * itself, and the types of its arguments and result, which are written and read as
	 * JSON.
	 */
	final class NativeHints implements ReflectiveProcessor {

		private final BindingReflectionHintsRegistrar bindings = new BindingReflectionHintsRegistrar();

		@Override
		public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
			if (element instanceof Method method) {
				hints.registerMethod(method, ExecutableMode.INVOKE);
				this.bindings.registerReflectionHints(hints,
						Arrays.stream(method.getGenericParameterTypes())
							.filter((type) -> type != TaskContext.class)
							.toArray(Type[]::new));
				this.bindings.registerReflectionHints(hints, method.getGenericReturnType());
			}
		}

	}

}
