package io.gobstopper.actuate.description;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Lets native images write what the endpoint answers as JSON.
 */
final class DescriptionRuntimeHints implements RuntimeHintsRegistrar {

	static final List<Class<?>> ANSWERS = List.of(ActivityDescriptor.class, ChangeDescriptor.class,
			LimitDescriptor.class, LimitsDescriptor.class, NamesDescriptor.class, ProblemDescriptor.class,
			QueueDescriptor.class, RepetitionDescriptor.class, ScheduleChangeDescriptor.class, ScheduleDescriptor.class,
			SchedulesDescriptor.class, StackDescriptor.class, StoreDescriptor.class, TaskDescriptor.class,
			TaskPageDescriptor.class, TaskSummaryPageDescriptor.class);

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(),
				ANSWERS.toArray(Class<?>[]::new));
	}

}
