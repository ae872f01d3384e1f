package io.gobstopper.handler;

import java.lang.reflect.Method;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.schedule.GobstopperSchedule;
import io.gobstopper.schedule.GobstopperSchedules;
import io.gobstopper.schedule.ScheduleNames;

/**
 * Reads {@link GobstopperSchedule} annotations. What it throws says what is wrong, not
 * where.
 */
final class ScheduleReader {

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private final UnaryOperator<String> placeholders;

	private final BiFunction<String, String, @Nullable Duration> durations;

	/**
	 * Creates a reader.
	 * @param placeholders resolves them
	 * @param durations reads the value of an attribute, which may be empty
	 */
	ScheduleReader(UnaryOperator<String> placeholders, BiFunction<String, String, @Nullable Duration> durations) {
		this.placeholders = placeholders;
		this.durations = durations;
	}

	static boolean isDeclared(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, GobstopperSchedule.class)
				|| AnnotatedElementUtils.hasAnnotation(method, GobstopperSchedules.class);
	}

	List<ScheduleDeclaration> read(Method method, String task, ArgumentBinder arguments) {
		List<ScheduleDeclaration> schedules = AnnotatedElementUtils
			.findMergedRepeatableAnnotations(method, GobstopperSchedule.class, GobstopperSchedules.class)
			.stream()
			.map((annotation) -> read(annotation, task))
			.toList();
		if (!schedules.isEmpty()) {
			checkNeedsNoArguments(arguments);
		}
		return schedules;
	}

	private static void checkNeedsNoArguments(ArgumentBinder arguments) {
		try {
			arguments.encode(List.of(), Map.of());
		}
		catch (InvalidTaskArgumentsException ex) {
			throw new IllegalArgumentException("a schedule has no arguments to give: " + ex.getMessage(), ex);
		}
	}

	private ScheduleDeclaration read(GobstopperSchedule annotation, String task) {
		String cron = this.placeholders.apply(annotation.cron());
		Duration every = this.durations.apply("every", annotation.every());
		Assert.isTrue(StringUtils.hasText(cron) != (every != null),
				"a schedule has either 'cron' or 'every', and not both");
		if (every != null) {
			checkInterval(every);
		}
		else {
			checkCron(cron);
		}
		String name = this.placeholders.apply(annotation.name());
		String zone = this.placeholders.apply(annotation.zone());
		Duration missedWithin = this.durations.apply("missedWithin", annotation.missedWithin());
		Assert.isTrue(missedWithin != null && !missedWithin.isNegative(),
				() -> "'missedWithin' must not be negative or empty, but is '%s'".formatted(annotation.missedWithin()));
		Duration jitter = this.durations.apply("jitter", annotation.jitter());
		Assert.isTrue(jitter == null || (!jitter.isNegative() && jitter.compareTo(ScheduleNames.LONGEST_JITTER) <= 0),
				() -> "'jitter' must not be negative or more than a day, but is '%s'".formatted(annotation.jitter()));
		return new ScheduleDeclaration(ScheduleNames.check(StringUtils.hasText(name) ? name : task),
				(every != null) ? null : cron, every, StringUtils.hasText(zone) ? zone(zone) : null,
				annotation.missed(), missedWithin, annotation.overlap(), (jitter != null) ? jitter : Duration.ZERO);
	}

	static void checkInterval(Duration every) {
		Assert.isTrue(every.compareTo(SHORTEST) >= 0,
				() -> "'every' must be at least one second, but is %s".formatted(every));
	}

	static void checkCron(String cron) {
		if (cron.equals(GobstopperSchedule.OFF)) {
			return;
		}
		try {
			CronExpression.parse(cron);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'cron' is not valid: " + ex.getMessage(), ex);
		}
	}

	static ZoneId zone(String zone) {
		try {
			return ZoneId.of(zone);
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException(
					"'zone' is no time zone: '%s'; use one such as Europe/Berlin".formatted(zone), ex);
		}
	}

}
